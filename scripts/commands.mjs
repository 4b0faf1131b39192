// What each command sets up before it starts, and how it starts.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startBenchmark } from './bench.mjs';
import { withStandIns } from './bench-stand-ins.mjs';
import { ensureBuilt } from './build.mjs';
import { runChecks, runTests } from './check.mjs';
import { ensureInstalled } from './install.mjs';
import { packTransport } from './pack-transport.mjs';
import { root } from './root.mjs';

const commands = {
  bench: (args) => withStandIns(args, (all) => startBenchmark('run.js', all)),
  'bench-observability': (args) => startBenchmark('observability.js', args),
  'bench-check': (args) => startBenchmark('check.js', args),
  'bench-codec': (args) => startSource('bench/codec.ts', args),
  'bench-growth': (args) => startBenchmark('growth.js', args),
  'bench-layers': (args) => startBenchmark('layers.js', args),
  'bench-overload': (args) => startBenchmark('overload.js', args),
  build: () => ensureBuilt(),
  chaos: (args) => startProof('chaos-main.ts', args),
  fuzz: (args) => startSource('test/fuzz/main.ts', args),
  'rolling-restart': (args) => startProof('rolling-restart-main.ts', args),
  soak: (args) => startProof('soak-main.ts', args),
  'pack-transport': () => packTransport(),
  start: () => startProgram('dist/main.js'),
  // From the source: types that are out of date would not build.
  'thrift-types': (args) => startSource('src/infrastructure/thrift/generate/main.ts', args),
  'thrift-test-server': (args) => startSource('test/support/thrift-test/main.ts', args),
  tasks: (args) => startProgram('dist/interface/cli/main.js', args),
  test: (args) => (args.length > 0 ? runTests(args) : runChecks()),
};

/** Runs one command after setting up the dependencies; the exit code is left in `process.exitCode`. */
export async function runCommand(name, args) {
  const command = commands[name];
  if (!command) {
    throw new Error(`No command "${name}": use one of ${Object.keys(commands).join(', ')}`);
  }
  if (!(await ensureInstalled()) || (await command(args)) === false) process.exitCode = 1;
}

/** Loads the program into this very process, so that signals reach it and its exit code comes back without a relay. */
async function startProgram(path, args = []) {
  if (!(await ensureBuilt())) return false;
  const file = join(root, path);
  if (!existsSync(file)) throw new Error(`The build left no ${path}`);
  process.argv = [process.argv[0], file, ...args];
  await import(pathToFileURL(file).href);
  return true;
}

/** The same for a tool that is no part of the build: straight from its TypeScript. */
async function startSource(path, args) {
  const file = join(root, path);
  process.argv = [process.argv[0], file, ...args];
  await import('./typescript.mjs');
  await import(pathToFileURL(file).href);
  return true;
}

/** The same for what starts the service itself, from dist/. */
async function startProof(name, args) {
  return (await ensureBuilt()) && startSource(`test/soak/${name}`, args);
}
