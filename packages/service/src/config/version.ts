import { readFileSync } from 'node:fs';

/** The version in a package.json. */
export function versionIn(manifest: URL): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version;
}
