import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { LIMIT_RULES } from '../../src/limits.js';

const pathOf = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const text = readFileSync(pathOf('docs/threat-model.md'), 'utf8');
const proofs = [...text.matchAll(/\| (test\/[\w./-]+)(?:: ([^|]+))? \|/g)].map(
  ([, file, title]) => [file as string, title?.trim() ?? ''] as const,
);

/** Numbered items of Apache's document at commit 0637ac53f33c: the scope in its section 3, and items with a letter. */
const theirs: Readonly<Record<string, number>> = { '3.': 11, P: 11, D: 14, F: 7, M: 16, N: 20 };
const ids = Object.entries(theirs).flatMap(([kind, last]) =>
  Array.from({ length: last }, (_, index) => `${kind}${String(index + 1)}`),
);

/** Returns the rows of the table that begins with this cell. */
function rowsOf(head: string): string[] {
  const table = text.split(/\n\n+/).find((part) => part.startsWith(`| ${head} |`)) ?? '';
  return table.split('\n').slice(2);
}

describe('the threat model', () => {
  it('names tests', () => {
    expect(proofs.length).toBeGreaterThan(25);
  });

  it.each(proofs)('has its test in %s: %s', (file, title) => {
    expect(existsSync(pathOf(file))).toBe(true);
    expect(readFileSync(pathOf(file), 'utf8')).toContain(title);
  });

  it.each([...ids, 'Q2'])("covers %s of Apache's own model", (id) => {
    const answers = rowsOf('theirs').filter((row) =>
      new RegExp(`\\b${id.replace('.', '\\.')}\\b`).test(row.split('|')[1] ?? ''),
    );
    expect(answers).toHaveLength(1);
  });

  it.each(['a peer', 'a server'])('has a test in each row of attacks by %s', (who) => {
    const rows = rowsOf(who);
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter((row) => !/\| test\/[^|]+ \|$/.test(row))).toEqual([]);
  });

  it.each(Object.keys(LIMIT_RULES))('explains %s', (limit) => {
    expect(text).toContain(`\`${limit}\``);
  });
});
