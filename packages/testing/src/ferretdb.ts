import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.js';

const source = fileURLToPath(new URL('./ferretdb/', import.meta.url));
const cache = fileURLToPath(new URL('../../../.cache/ferretdb/', import.meta.url));
const BUILD_FILES = ['main.go', 'go.mod', 'go.sum'];

/**
 * Returns the path of a program that serves the MongoDB protocol. Built from Go's module proxy when missing (some
 * minutes the first time), then kept in `.cache/`.
 */
export function builtFerretdb(): string {
  const hash = createHash('sha256');
  for (const file of BUILD_FILES) hash.update(readFileSync(join(source, file)));
  const program = join(cache, `ferretdb-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(program)) return program;
  withLock(`${program}.lock`, () => {
    if (existsSync(program)) return;
    process.stderr.write('Building FerretDB, a stand-in for MongoDB: once, some minutes\n');
    // Under a temporary name until complete.
    const unfinished = `${program}.unfinished`;
    const build = ['build', '-trimpath', '-o', unfinished, '.'];
    const { status, stderr, error } = spawnSync('go', build, { cwd: source, encoding: 'utf8' });
    if (status !== 0) throw new Error(`FerretDB can't be built: ${error?.message ?? stderr}`);
    renameSync(unfinished, program);
  });
  return program;
}
