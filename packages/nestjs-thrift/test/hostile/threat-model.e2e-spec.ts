import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { LIMIT_RULES } from '../../src/limits.js';

const pathOf = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const text = readFileSync(pathOf('docs/threat-model.md'), 'utf8');
const proofs = [...text.matchAll(/\| (test\/[\w./-]+)(?:: ([^|]+))? \|/g)].map(
  ([, file, title]) => [file as string, title?.trim() ?? ''] as const,
);

/** What Apache's document numbers at commit 0637ac53f33c: the scope in its section 3, and what has a letter. */
const theirs: Readonly<Record<string, number>> = { '3.': 11, P: 11, D: 14, F: 7, M: 16, N: 20 };
const ids = Object.entries(theirs).flatMap(([kind, last]) =>
  Array.from({ length: last }, (_, index) => `${kind}${String(index + 1)}`),
);

/** The rows of the table that begins with this cell. */
function rowsOf(head: string): string[] {
  const table = text.split(/\n\n+/).find((part) => part.startsWith(`| ${head} |`)) ?? '';
  return table.split('\n').slice(2);
}

describe('the threat model', () => {
  it('names proofs', () => {
    expect(proofs.length).toBeGreaterThan(25);
  });

  it.each(proofs)('has its proof in %s: %s', (file, title) => {
    expect(existsSync(pathOf(file))).toBe(true);
    expect(readFileSync(pathOf(file), 'utf8')).toContain(title);
  });

  it.each([...ids, 'Q2'])("has an answer to %s of Apache's own model", (id) => {
    const answers = rowsOf('theirs').filter((row) =>
      new RegExp(`\\b${id.replace('.', '\\.')}\\b`).test(row.split('|')[1] ?? ''),
    );
    expect(answers).toHaveLength(1);
  });

  it.each(['a peer', 'a server'])('has a proof in each row of what %s can do', (who) => {
    const rows = rowsOf(who);
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter((row) => !/\| test\/[^|]+ \|$/.test(row))).toEqual([]);
  });

  it.each(Object.keys(LIMIT_RULES))('says what %s is for', (limit) => {
    expect(text).toContain(`\`${limit}\``);
  });
});
