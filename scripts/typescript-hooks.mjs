// Module hooks: `./file.js`, also as the URL of a thread, also resolves to `./file.ts`, whose types are stripped with the settings of .swcrc. Neither
// hook awaits anything, so they work for `module.register` (Node 20) and `module.registerHooks` (later).
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const configFile = fileURLToPath(new URL('../.swcrc', import.meta.url));

/** Resolves the name of a compiler output to its source. */
export function resolve(specifier, context, next) {
  const isOurs =
    /^file:.*\.js$/.test(specifier) || (/^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.startsWith('file:'));
  if (!isOurs || existsSync(new URL(specifier, context.parentURL))) return next(specifier, context);
  const source = specifier.replace(/\.js$/, '.ts');
  return next(existsSync(new URL(source, context.parentURL)) ? source : specifier, context);
}

/** Loads TypeScript as JavaScript. */
export function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const source = readFileSync(filename, 'utf8');
  const { code } = transformSync(source, { filename, configFile, sourceMaps: 'inline', module: { type: 'es6' } });
  return { format: 'module', source: code, shortCircuit: true };
}
