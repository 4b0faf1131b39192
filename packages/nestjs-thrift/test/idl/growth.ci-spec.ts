import { describe, expect, it, jest } from '@jest/globals';
import { errorOf, lines } from './parsing.js';

jest.setTimeout(60_000);

describe('the time is linear in the text', () => {
  it.each<[string, (count: number) => string]>([
    [
      'structs',
      (count) =>
        lines(count, (n) => `/** Doc. */ struct S${String(n)} { 1: required S0 a = {}; 2: list<i64> b (x = "y") }`),
    ],
    [
      'fields',
      (count) =>
        `struct S { ${lines(count, (n) => `${String((n % 32_767) + 1)}: i32 f${String(n)} }\nstruct S${String(n)} {`)} }`,
    ],
    ['enum values', (count) => `enum E { ${lines(count, (n) => `A${String(n)},`)} }`],
    ['methods', (count) => `service V { ${lines(count, (n) => `void m${String(n)}(1: i32 a)`)} }`],
    ['list items', (count) => `const list<i32> C = [${lines(count, String)}]`],
    ['map entries', (count) => `const map<i32,string> C = {${lines(count, (n) => `${String(n)}: "a"`)}}`],
    [
      'enum constants',
      (count) =>
        `enum E { ${lines(count, (n) => `A${String(n)}`)} } const list<E> C = [${lines(count, (n) => String(n))}]`,
    ],
    ['one long name', (count) => `struct ${'a'.repeat(count * 20)} {}`],
    ['one long number', (count) => `const i32 C = 0${'0'.repeat(count * 20)}`],
    ['one long literal', (count) => `const string C = "${'\\n'.repeat(count * 10)}"`],
    ['one long comment', (count) => `/**${'* \n'.repeat(count * 5)}*/ struct S {}`],
    ['many comments', (count) => `${'/** a */ # b\n'.repeat(count)} struct S {}`],
    ['blank lines', (count) => '\n'.repeat(count * 20) + '?'],
    ['annotations', (count) => `struct S {} (${lines(count, (n) => `a${String(n)} = "b"`)})`],
  ])('%s', (_, textOf) => {
    const time = (count: number): number => {
      const text = textOf(count);
      const started = process.cpuUsage();
      errorOf(text);
      const { user, system } = process.cpuUsage(started);
      return user + system;
    };
    time(1000);
    const small = Math.min(time(2000), time(2000), time(2000));
    const large = Math.min(time(16_000), time(16_000));
    // Eight times the text takes eight times the time, and as much again for noise; quadratic would be 64.
    expect(large).toBeLessThan(16 * small + 50_000);
  });
});
