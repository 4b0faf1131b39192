// Adds stub entries for optional platform packages the registry mirror lacks, so `npm ci` accepts the lock file.
import { readFileSync, writeFileSync } from 'node:fs';
const file = process.argv[2] ?? 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8'));
const OS = ['darwin', 'win32', 'linux', 'freebsd', 'openbsd', 'netbsd', 'android', 'openharmony', 'sunos', 'aix'];
let n = 0;
for (const [path, p] of Object.entries({ ...lock.packages })) {
  for (const [dep, range] of Object.entries(p.optionalDependencies ?? {})) {
    const nested = `${path}/node_modules/${dep}`,
      top = `node_modules/${dep}`;
    if (lock.packages[top] || lock.packages[nested]) continue;
    const base = dep.split('/').pop();
    const os = base.includes('wasm') ? 'none' : (OS.find((o) => base.includes(o)) ?? 'none');
    const cpu = ['arm64', 'x64', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'wasm32', 'arm'].find((c) =>
      base.includes(c),
    );
    lock.packages[top] = {
      version: range.replace(/^[~^]/, ''),
      ...(p.dev ? { dev: true } : {}),
      optional: true,
      os: [os],
      ...(cpu ? { cpu: [cpu] } : {}),
    };
    n++;
  }
}
const root = lock.packages[''];
const rest = Object.keys(lock.packages)
  .filter((k) => k)
  .sort();
lock.packages = { '': root, ...Object.fromEntries(rest.map((k) => [k, lock.packages[k]])) };
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`added ${n} stubs`);
