import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';

const { LANES } = (await import(join(projectRoot, 'jest.config.mjs'))) as { LANES: Readonly<Record<string, string>> };
const ends = Object.values(LANES);

const paths = ['test', 'packages', 'gateway', 'web', 'bench', 'idl'].flatMap((name) => codeIn(join(projectRoot, name)));
/** A suite that a function makes for others is indented. */
const suites = paths.filter((path) =>
  /^(await )?(describe\w*|it|test)[.(<`]/m.test(readFileSync(join(projectRoot, path), 'utf8')),
);

/** Paths of the code under a folder. */
function codeIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : codeIn(path);
    return /\.tsx?$/.test(entry.name) ? [relative(projectRoot, path)] : [];
  });
}

function lanesOf(path: string): string[] {
  return ends.filter((end) => path.endsWith(end) && /(^|\/)test\//.test(path));
}

describe('The lanes of the tests', () => {
  it('have each file with tests in exactly one of them', () => {
    for (const end of ends) expect(suites.filter((path) => path.endsWith(end)).length).toBeGreaterThan(30);
    expect(suites.filter((path) => lanesOf(path).length !== 1)).toEqual([]);
  });

  it('have only files with tests', () => {
    expect(paths.filter((path) => /\.(\w+-)?(spec|test)\.tsx?$/.test(path) && !suites.includes(path))).toEqual([]);
  });
});
