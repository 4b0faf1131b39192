// Sets up a checkout: checks Node, installs packages, compiles the given TypeScript projects, and the pages for `web` and
// `explorer`.
// Nothing newer than Node 14 above the version check, or an old Node fails on the syntax instead.
import { spawnSync } from 'child_process';
import fs from 'fs';
import path from 'path';
import { fileURLToPath } from 'url';

const root = fileURLToPath(new URL('..', import.meta.url));
const readJson = (file) => JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));
const parts = (version) => version.replace(/^[^0-9]*/, '').split('.').map(Number); // prettier-ignore

const wanted = readJson('package.json').engines.node;
const [have, need] = [parts(process.versions.node), parts(wanted)];
const differing = need.findIndex((part, place) => part !== have[place]);
if (differing >= 0 && have[differing] < need[differing]) {
  fail(
    `Tasks needs Node ${wanted}, and this is ${process.versions.node} (${process.execPath}). ` +
      'Install a newer Node, for instance the current LTS from nodejs.org, and run the command again.',
  );
}

process.chdir(root);
if (!isInstalled()) {
  say('Installing the dependencies of package-lock.json (npm ci, a minute or two) …');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', args, 'npm ci failed: see its message above. Is the package registry reachable?');
}
const PAGES = { web: 'web/build.mjs', explorer: 'packages/nestjs-thrift-explorer/page/build.mjs' };
const asked = process.argv.slice(2);
const projects = asked.filter((name) => !(name in PAGES));
if (projects.length > 0) {
  const startMs = Date.now();
  const isFirst = projects.some((project) => !fs.existsSync(path.join(path.dirname(project), 'dist/.tsbuildinfo')));
  if (isFirst) say('Compiling …');
  for (const folder of ['.', 'idl', 'gateway', ...foldersIn('packages')]) removeOrphans(folder);
  const compiler = ['node_modules/typescript/bin/tsc', '-b', ...projects, '--pretty'];
  run(process.execPath, compiler, 'The build failed: fix the errors above and run the command again.');
  if (isFirst) say(`Compiled in ${((Date.now() - startMs) / 1000).toFixed(1)} s.`);
}
for (const page of asked.filter((name) => name in PAGES)) {
  run(process.execPath, [PAGES[page], '--if-changed'], 'The page could not be built: see above.');
}

/** Whether node_modules matches the lock file. Optional packages depend on the platform and are not checked. */
function isInstalled() {
  if (!fs.existsSync('node_modules/.package-lock.json')) return false;
  const installed = readJson('node_modules/.package-lock.json').packages;
  return Object.entries(readJson('package-lock.json').packages).every(
    ([place, entry]) =>
      place === '' ||
      entry.optional ||
      (entry.link ? fs.existsSync(place) : installed[place] && installed[place].version === entry.version),
  );
}

/** Deletes outputs of deleted or renamed sources, which the compiler keeps. */
function removeOrphans(folder) {
  for (const file of filesIn(`${folder}/dist`)) {
    const source = file.replace(/(\.d)?\.(js|ts)(\.map)?$/, '.ts');
    if (source === file || fs.existsSync(path.join(folder, 'src', source))) continue;
    if (!fs.existsSync(path.join(folder, 'src', `${source}x`))) fs.rmSync(path.join(folder, 'dist', file));
  }
}

function filesIn(folder) {
  return fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true }).map(String) : [];
}

function foldersIn(folder) {
  return fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => `${folder}/${name}`) : [];
}

function run(command, args, failure) {
  // Standard output belongs to the command that runs next.
  const { status, signal } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  // Ctrl-C is not a failure of the command: end in the same way.
  if (signal || status > 128) process.kill(process.pid, signal || 'SIGINT');
  if (status !== 0) fail(failure);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
