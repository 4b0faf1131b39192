// Module hooks: `./file.js` also finds `./file.ts`, and a `.ts` file is stripped of its types with the settings of .swcrc.
// Neither hook awaits anything, so they serve `module.register` (Node 20) and `module.registerHooks` (later) alike.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const configFile = fileURLToPath(new URL('../.swcrc', import.meta.url));

/** Finds the source where the compiler's output is named. */
export function resolve(specifier, context, next) {
  const isRelative = /^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.startsWith('file:');
  if (!isRelative || existsSync(new URL(specifier, context.parentURL))) return next(specifier, context);
  const source = specifier.replace(/\.js$/, '.ts');
  return next(existsSync(new URL(source, context.parentURL)) ? source : specifier, context);
}

/** Loads TypeScript as the JavaScript in it. */
export function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const source = readFileSync(filename, 'utf8');
  const { code } = transformSync(source, { filename, configFile, sourceMaps: 'inline', module: { type: 'es6' } });
  return { format: 'module', source: code, shortCircuit: true };
}
