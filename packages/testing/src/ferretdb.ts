import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from './run-program.js';

const source = fileURLToPath(new URL('./ferretdb/', import.meta.url));
const cache = fileURLToPath(new URL('../../../.cache/ferretdb/', import.meta.url));
const BUILD_FILES = ['main.go', 'go.mod', 'go.sum'];

/**
 * Returns the path of a program that serves the MongoDB protocol. Built from Go's module proxy when missing (some
 * minutes the first time), then kept in `.cache/`.
 */
export async function builtFerretdb(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of BUILD_FILES) hash.update(readFileSync(join(source, file)));
  const program = join(cache, `ferretdb-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(program)) return program;
  process.stderr.write('Building FerretDB, a stand-in for MongoDB: once, some minutes\n');
  mkdirSync(cache, { recursive: true });
  // Under a temporary name until complete: another test process may be building, too.
  const unfinished = `${program}.${String(process.pid)}`;
  const build = ['build', '-trimpath', '-o', unfinished, '.'];
  const { code, stderr } = await runProgram('go', build, { cwd: source });
  if (code !== 0) throw new Error(`FerretDB can't be built: ${stderr}`);
  renameSync(unfinished, program);
  return program;
}
