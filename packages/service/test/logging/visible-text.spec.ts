import { describe, expect, it } from '@jest/globals';
import { visibleJson, visibleText } from '../../src/logging/visible-text.js';

describe('visibleText', () => {
  it.each([
    ['buy milk', 'buy milk'],
    ['Größe 🥛 日本語', 'Größe 🥛 日本語'],
    ['👩‍👩‍👧 🏳️‍🌈 🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👩‍👩‍👧 🏳️‍🌈 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['ali\u200dce', 'ali\\u{200d}ce'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\u001b]0;title\u0007', '\\u{1b}]0;title\\u{7}'],
    ['\u009b2J', '\\u{9b}2J'],
    ['\u202eabc\u2028', '\\u{202e}abc\\u{2028}'],
    ['\ud800', '\\u{d800}'],
  ])('shows %j as %s', (text, visible) => {
    expect(visibleText(text)).toBe(visible);
  });
});

describe('visibleJson', () => {
  it('is the same document, without characters that a terminal would interpret', () => {
    const value = { name: 'a\u009b2J\u202e 👩‍👩‍👧 \u{e0001}' };
    const json = visibleJson(JSON.stringify(value));
    expect(json).toBe('{"name":"a\\u009b2J\\u202e 👩‍👩‍👧 \\udb40\\udc01"}');
    expect(JSON.parse(json)).toEqual(value);
  });
});
