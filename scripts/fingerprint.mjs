// One hash over the content of files: equal hash, nothing changed. Content and not times, since a checkout, a branch
// switch and a container copy all move times about. Some hundred files cost about 20 ms.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './root.mjs';

const notSources = new Set(['dist', 'coverage', 'data', '.cache', '.git']);

/** The files under the given paths (relative to the project's folder), sorted; what is made or installed is left out. */
export function filesUnder(paths) {
  return paths
    .map((path) => join(root, path))
    .filter((path) => existsSync(path))
    .flatMap((path) => (statSync(path).isDirectory() ? walk(path) : [path]))
    .map((path) => relative(root, path))
    .sort();
}

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name === 'node_modules' || notSources.has(relative(root, path))) return [];
    if (entry.isDirectory()) return walk(path);
    return entry.isFile() ? [path] : [];
  });
}

/** A hash over names and contents of the files under the given paths, and over Node's major version. */
export function fingerprint(paths) {
  const hash = createHash('sha256').update(process.versions.node.split('.')[0]);
  for (const file of filesUnder(paths)) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}
