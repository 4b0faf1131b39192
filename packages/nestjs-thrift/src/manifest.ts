import { readFileSync } from 'node:fs';

/** The package.json of this package. */
export function manifest(): { readonly name: string; readonly version: string } {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return JSON.parse(text) as { name: string; version: string };
}
