// Completes package-lock.json; run it after each change of dependencies. npm writes only those optional platform
// packages that the registry in use has, and `npm ci` then rejects the file, here and elsewhere. This adds the missing
// entries: version and system, without a checksum, since the content is unknown here.
import { readFileSync, writeFileSync } from 'node:fs';

const systems = ['darwin', 'win32', 'linux', 'freebsd', 'openbsd', 'netbsd', 'android', 'openharmony', 'sunos', 'aix'];
const processors = ['arm64', 'x64', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'wasm32', 'arm'];

function missingEntry(name, range, dev) {
  const base = name.split('/').pop();
  const system = base.includes('wasm') ? undefined : systems.find((system) => base.includes(system));
  const processor = processors.find((processor) => base.includes(processor));
  return {
    version: range.replace(/^[~^]/, ''),
    ...(dev ? { dev } : {}),
    optional: true,
    os: [system ?? 'none'],
    ...(processor ? { cpu: [processor] } : {}),
  };
}

const file = process.argv[2] ?? 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8'));
const { '': project, ...packages } = lock.packages;
let added = 0;
for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
  for (const [name, range] of Object.entries(optionalDependencies)) {
    if (packages[`node_modules/${name}`] || packages[`${path}/node_modules/${name}`]) continue;
    packages[`node_modules/${name}`] = missingEntry(name, range, dev);
    added++;
  }
}
lock.packages = { '': project, ...Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1))) };
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${file}: ${added} optional packages added`);
