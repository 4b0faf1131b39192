import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { withLock } from './lock.js';
import { projectRoot } from './project-copy.js';

/**
 * The class path of a Java program of the tests, built by Maven on demand into `.cache`. Undefined where it can't be built, with
 * a warning; with REQUIRE_INTEROP=1 that is an error.
 *
 * @param folder Its source, below the root of the project.
 * @param name Of the folder below `.cache` that its pom.xml builds into.
 */
export function findJavaProgram(folder: string, name: string): string | undefined {
  const target = join(projectRoot, '.cache', name);
  const source = join(projectRoot, folder);
  const stamp = join(target, '.source');
  const wanted = digestOf(source);
  const { problem } = withLock(`${target}.lock`, () => {
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { problem: undefined };
    const { status, stdout, error } = spawnSync('mvn', ['--quiet', '--batch-mode', 'clean', 'compile'], {
      cwd: source,
      encoding: 'utf8',
    });
    if (status !== 0) return { problem: error === undefined ? stdout.trim() : 'there is no mvn on the PATH' };
    writeFileSync(stamp, wanted);
    return { problem: undefined };
  });
  if (problem === undefined) return [join(target, 'classes'), join(target, 'dependency', '*')].join(delimiter);
  if (process.env.REQUIRE_INTEROP === '1') throw new Error(`${folder} can't be built: ${problem}`);
  console.warn(`NOT RUN: the tests that need ${folder}. ${problem}`);
  return undefined;
}

function digestOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  const hash = createHash('sha256');
  for (const path of paths) hash.update(relative(folder, path)).update(readFileSync(path));
  return hash.digest('hex');
}
