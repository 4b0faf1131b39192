import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const SOURCES = fileURLToPath(new URL('../src/', import.meta.url));
const OPENS = /\b(openSync|open|readFileSync|readFile|copyFileSync|createReadStream|truncateSync)\(/;

/** Closing any descriptor of a file drops the locks that SQLite has on it in this process. */
it('only these sources open files, none of which a connection of the process has open', () => {
  const opening = readdirSync(SOURCES).filter(
    (name) =>
      name.endsWith('.ts') && OPENS.test(readFileSync(SOURCES + name, 'utf8').replaceAll(/(\.|static )open\(/g, '')),
  );
  expect(opening).toEqual([
    // A file that is being created, or a copy of one.
    'data-file.ts',
    // The copy that a backup writes; the file that a restore is given.
    'maintenance.ts',
    // Folders.
    'place.ts',
    // The lock, before it is taken.
    'service-lock.ts',
    'text-backup.ts',
  ]);
});
