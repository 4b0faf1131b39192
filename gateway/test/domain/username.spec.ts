import { describe, expect, it } from '@jest/globals';
import { canonicalUsername, shownUsername, usernameProblem } from '../../src/domain/username.js';

describe('usernames', () => {
  it.each([
    ['case', 'Alice', 'alice'],
    ['blanks around them', ' alice\u3000', 'alice'],
    ['the width of letters', 'ａｌｉｃｅ', 'alice'],
    ['ligatures', 'ofﬁce', 'office'],
    ['ß and SS', 'straße', 'STRASSE'],
    ['ẞ, ß and SS', 'Groẞe1', 'GROSSE1'],
    ['ẞ and ß', 'Groẞe1', 'große1'],
    ['the two lower-case forms of sigma', 'ΟΔΟΣ', 'οδοσ'],
    ['composed and decomposed accents', 'ren\u00e9e', 'rene\u0301e'],
    ['the dotted capital I and its lower case', 'İstanbul', 'i̇stanbul'],
  ])('are compared without %s', (_what, one, other) => {
    expect(canonicalUsername(one)).toBe(canonicalUsername(other));
  });

  it.each(['alice', 'Ünal', 'alice@example.org', 'a_b-c.d+e', '김철수', 'देवी', '١٢٣'])('may be %s', (username) => {
    expect(usernameProblem(username)).toBeUndefined();
  });

  it.each([
    ['a space', 'alice smith'],
    ['a control character', 'ali\u0000ce'],
    ['a direction override', 'ali\u202ece'],
    ['a mark without a letter', '\u0301alice'],
    ['half a surrogate pair', 'alice\ud800'],
    ['a slash', 'alice/bob'],
    ['a zero-width joiner', 'ali\u200dce'],
    ['an emoji', 'alice🥛'],
  ])('may not contain %s', (_what, username) => {
    expect(usernameProblem(username)).toEqual({ field: 'username', rule: 'characters' });
  });

  it('have 3 to 64 characters, in either form', () => {
    expect(usernameProblem('ab')).toEqual({ field: 'username', rule: 'too-short', limit: 3 });
    expect(usernameProblem('abc')).toBeUndefined();
    expect(usernameProblem('a'.repeat(64))).toBeUndefined();
    expect(usernameProblem('a'.repeat(65))).toEqual({ field: 'username', rule: 'too-long', limit: 64 });
    expect(usernameProblem('𐐀'.repeat(64))).toBeUndefined();
    // Compared as ss: 66 characters.
    expect(usernameProblem('ß'.repeat(33))).toEqual({ field: 'username', rule: 'too-long', limit: 64 });
  });

  it('are displayed as written, except for compatibility forms', () => {
    expect(shownUsername('Ａlice')).toBe('Alice');
    expect(shownUsername('Alice ')).toBe('Alice');
  });
});
