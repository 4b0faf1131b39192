// Builds what the benchmarks measure: the service as it ships in dist/, and bench/ with the transport beside it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { root, say } from './root.mjs';
import { runNode } from './run-process.mjs';

/** Runs a program of bench/; resolves to whether it could be built. */
export async function startBenchmark(name, args) {
  if (!(await ensureBuilt())) return false;
  say('Building bench/ …');
  const { code } = await runNode(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.bench.json', '--pretty'], {
    quietStdout: true,
  });
  if (code !== 0) return false;
  const file = join(root, '.cache/bench/js/bench', name);
  process.chdir(root);
  process.argv = [process.argv[0], file, ...args];
  await import(pathToFileURL(file).href);
  return true;
}
