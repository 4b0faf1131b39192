import { describe, expect, it } from '@jest/globals';
import { linearize, type Model, type RecordedCall } from './linearize.js';

type Operation = { readonly write: number } | { readonly compare: number; readonly set: number } | 'read';
type Reply = number | boolean;
type Call = RecordedCall<Operation, Reply>;

/** A register that begins with 0. */
const register: Model<number, Operation, Reply> = {
  apply: (state, operation) => {
    if (operation === 'read') return { state, reply: state };
    if ('write' in operation) return { state: operation.write, reply: true };
    return operation.compare === state ? { state: operation.set, reply: true } : { state, reply: false };
  },
};

/** A history, one line a client: `w1`, `r1`, `c1>2` (compare and set, `!` when it failed), `?` for no answer. */
function history(...clients: readonly string[]): Call[] {
  return clients.flatMap((line) =>
    [...line.matchAll(/(w|r|c)(\d+)(?:>(\d+))?([?!]?)\s*-*/g)].map((match): Call => {
      const [text, kind, value = '0', set = '0', mark] = match;
      const operation: Operation =
        kind === 'r' ? 'read' : kind === 'w' ? { write: Number(value) } : { compare: Number(value), set: Number(set) };
      const answer = kind === 'r' ? Number(value) : mark !== '!';
      return {
        operation,
        reply: mark === '?' ? undefined : answer,
        start: match.index,
        end: match.index + text.trimEnd().length - 0.5,
      };
    }),
  );
}

function isLinearizable(...clients: readonly string[]): boolean {
  return linearize(register, 0, history(...clients)).isLinearizable;
}

describe('A history', () => {
  it.each<[string, ...string[]]>([
    ['of one client', 'r0 w1 r1 w2 r2 c2>3 r3 c2>4! r3'],
    ['whose overlapping reads see the write in the order of their effects', 'w1--------', ' r0 r1'],
    ['with a write that overlaps two others', 'w1---------- r2', '  w2 r2 r1   ', '        r1 w2'],
    ['with a write that got no answer and took effect', 'w1?', '    r1 r1'],
    ['with a write that got no answer and did not', 'w1?', '    r0 r0'],
    ['with one that took effect late, before its end', 'w1?--------', '  r0 r0 r1'],
    ['in which one of two compared writes wins', 'c0>1 ---', 'c0>2!---', '         r1'],
    ['without calls', ''],
  ])('%s is accepted', (_what, ...clients) => {
    expect(isLinearizable(...clients)).toBe(true);
  });

  it.each<[string, ...string[]]>([
    ['with a lost write', 'w1 r0'],
    ['with a read that is older than one answered before', 'w1--------', '  r1 r0   '],
    ['with a read older than that of another client', 'w1-----------', '   r1', '       r0'],
    ['with a value that nobody wrote', 'w1 r1', 'r3'],
    ['with a write that is undone', 'w1 w2 r2 r1'],
    ['in which two compared writes win', 'c0>1', 'c0>2'],
    ['with an unanswered write that comes and goes', 'w1?', '    r1 r0'],
    ['with an unanswered write that takes effect after its end', 'w1?', '    r0 r1'],
    ['in which reads disagree on the order of two writes', 'w1-------', 'w2-------', '  r1 r2', '  r2 r1'],
  ])('%s is rejected', (_what, ...clients) => {
    expect(isLinearizable(...clients)).toBe(false);
  });

  it('that is rejected names the calls that fit nowhere, and the state before', () => {
    const verdict = linearize(register, 0, history('w1 r1 r7 r1'));
    expect(verdict).toMatchObject({ isLinearizable: false, state: 1, stuck: [{ operation: 'read', reply: 7 }] });
  });

  it('that is accepted has the state of its end', () => {
    expect(linearize(register, 0, history('w1 w2? r2'))).toEqual({ isLinearizable: true, state: 2 });
  });

  it('of 3,000 calls by four clients is checked without trying every order', () => {
    const calls = Array.from({ length: 3_000 }, (_, n): Call => {
      const start = Math.floor(n / 4) * 10;
      const value = Math.floor(n / 4) % 2;
      return {
        operation: n % 4 === 0 ? { write: value } : { compare: 9, set: n },
        reply: n % 4 === 0,
        start,
        end: start + 9,
      };
    });
    expect(linearize(register, 0, calls).isLinearizable).toBe(true);
    expect(linearize(register, 0, [...calls, { operation: 'read', reply: 5, start: 9_000, end: 9_001 }])).toMatchObject(
      {
        isLinearizable: false,
      },
    );
  });
});
