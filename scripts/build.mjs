// Builds dist/ when the sources changed since the last build.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, fingerprint } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { root, say, secondsSince } from './root.mjs';
import { runNode } from './run-process.mjs';

const sources = ['src', 'idl', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json', 'package.json'];
const stamp = join(root, 'dist/.fingerprint');
const compilerState = join(root, '.cache/build.tsbuildinfo');

/** Builds if needed; resolves to whether dist/ is the build of the sources. A failure is told on the terminal. */
export async function ensureBuilt() {
  if (isBuilt()) return true;
  return withLock('build', async () => isBuilt() || build());
}

function isBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(sources);
}

async function build() {
  const startMs = performance.now();
  const built = fingerprint(sources);
  say('Building src/ into dist/ …');
  if (!existsSync(stamp)) startAfresh();
  writeFileSync(stamp, 'unfinished');
  const compiler = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--pretty'];
  const { code } = await runNode([...compiler, '--incremental', '--tsBuildInfoFile', compilerState], {
    quietStdout: true,
  });
  if (code !== 0) {
    say('The build failed: mend the errors above and run the command again.');
    return false;
  }
  removeOrphans();
  writeFileSync(stamp, built);
  say(`Built in ${secondsSince(startMs)}.`);
  return true;
}

// Without the stamp nobody knows what is in dist/, and the compiler's own notes may speak of files that are gone.
function startAfresh() {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  mkdirSync(join(root, 'dist'));
  rmSync(compilerState, { force: true });
}

/** The compiler leaves the output of a source file that was deleted or renamed. */
function removeOrphans() {
  const sourceFiles = new Set(filesUnder(['src']));
  for (const output of filesUnder(['dist']).filter((file) => /\.js(\.map)?$/.test(file))) {
    const source = output.replace(/^dist/, 'src').replace(/\.js(\.map)?$/, '.ts');
    if (!sourceFiles.has(source)) rmSync(join(root, output));
  }
}
