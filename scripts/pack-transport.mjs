// `npm run pack:transport`: builds src/infrastructure/thrift as the package that its package.json describes, packs it
// when anything of it changed, and prints the path of the tarball, for `npm install` in another project.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { findNpm } from './install.mjs';
import { withLock } from './lock.mjs';
import { root, say, secondsSince } from './root.mjs';
import { runNode } from './run-process.mjs';

const source = 'src/infrastructure/thrift';
const sources = [source, 'LICENSE', 'tsconfig.json', 'tsconfig.transport.json', 'scripts/pack-transport.mjs'];
const output = join(root, '.cache/transport');
const folder = join(output, 'package');
const stamp = join(output, '.fingerprint');

/** Packs the transport if needed and prints the tarball's path; resolves to whether it is there. */
export async function packTransport() {
  const { name, version } = JSON.parse(readFileSync(join(root, source, 'package.json'), 'utf8'));
  const tarball = join(output, `${name}-${version}.tgz`);
  const isPacked = () =>
    existsSync(tarball) && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(sources);
  const packed = isPacked() || (await withLock('transport', async () => isPacked() || pack()));
  if (packed) console.log(tarball);
  return packed;
}

async function pack() {
  const startMs = performance.now();
  const packed = fingerprint(sources);
  say(`Building and packing ${source} …`);
  rmSync(output, { recursive: true, force: true });
  // Not checked here: `npm test` checks the types of the sources, and the declarations where it installs the package.
  const compiled = await run(
    'node_modules/typescript/bin/tsc',
    '-p',
    'tsconfig.transport.json',
    '--noCheck',
    '--pretty',
  );
  if (!compiled) return false;
  for (const file of ['package.json', 'README.md']) cpSync(join(root, source, file), join(folder, file));
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  if (!(await run(findNpm(), 'pack', folder, '--pack-destination', output, '--ignore-scripts', '--silent')))
    return false;
  writeFileSync(stamp, packed);
  say(`Packed in ${secondsSince(startMs)}.`);
  return true;
}

async function run(...args) {
  const { code } = await runNode(args, { quietStdout: true });
  if (code !== 0) say('The transport was not packed: mend the errors above and run the command again.');
  return code === 0;
}
