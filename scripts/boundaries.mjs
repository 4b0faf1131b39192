// Checks the boundaries of .dependency-cruiser.cjs. Fails on an empty run: dependency-cruiser itself reports 0
// violations over 0 modules, for instance under a TypeScript that it can't load.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const root = fileURLToPath(new URL('..', import.meta.url));
const { forbidden, options } = createRequire(import.meta.url)('../.dependency-cruiser.cjs');
const baseDir = resolve(process.argv[2] ?? root);

process.chdir(baseDir);
const { output } = await cruise(
  ['src', 'idl', 'packages', 'gateway', 'web', 'test', 'bench'].filter((folder) => existsSync(folder)),
  { ...options, validate: true, ruleSet: { forbidden }, baseDir },
  options.enhancedResolveOptions,
  { tsConfig: extractTsConfig(resolve(root, 'tsconfig.json')) },
);
const seen = output.modules.filter(({ source }) => /^([^/]+\/)*src\//.test(source)).length;
const { violations, totalDependenciesCruised, error } = output.summary;
for (const { rule, from, to } of violations) console.log(`${rule.name}: ${from} -> ${to}`);
console.log(`${seen} modules, ${totalDependenciesCruised} dependencies, ${error} violations`);
if (seen === 0) console.log('No module was checked: is src/ there, and TypeScript installed?');
if (seen === 0 || error > 0) process.exitCode = 1;
