import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('./faults.c', import.meta.url));
const FIELDS = [
  'writeCountdown',
  'syncCountdown',
  'error',
  'syncDelayMs',
  'readDelayUs',
  'isLasting',
  'writes',
  'syncs',
  'clockShiftS',
] as const;
const BYTES = 4;

/** What the preloaded library does: which call fails with which error, delays, counted calls, the shift of the clock. */
export type FaultSettings = Record<(typeof FIELDS)[number], number>;

const NONE: FaultSettings = {
  writeCountdown: -1,
  syncCountdown: -1,
  error: 0,
  syncDelayMs: 0,
  readDelayUs: 0,
  isLasting: 0,
  writes: 0,
  syncs: 0,
  clockShiftS: 0,
};

/** Compiles the library into a folder. @throws Error without a C compiler. */
export function buildFaults(folder: string): string {
  const library = join(folder, 'faults.so');
  const { status } = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, SOURCE, '-ldl'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('This needs a C compiler: put cc on the PATH');
  return library;
}

/** The file through which a test controls the library in another process, or in its own. */
export class FaultControl {
  readonly path: string;
  readonly #file: number;

  /** @param path Created, without a fault, when `isNew`. */
  constructor(path: string, isNew = true) {
    this.path = path;
    this.#file = openSync(path, isNew ? 'w+' : 'r+', 0o600);
    if (isNew) this.set({});
  }

  set(settings: Partial<FaultSettings>): void {
    const all = { ...NONE, ...settings };
    const bytes = Buffer.alloc(FIELDS.length * BYTES);
    FIELDS.forEach((name, place) => bytes.writeInt32LE(all[name], place * BYTES));
    writeSync(this.#file, bytes, 0, bytes.length, 0);
  }

  /** Reads the counted calls. */
  counts(): Pick<FaultSettings, 'writes' | 'syncs'> {
    const bytes = Buffer.alloc(FIELDS.length * BYTES);
    readSync(this.#file, bytes, 0, bytes.length, 0);
    const value = (name: (typeof FIELDS)[number]): number => bytes.readInt32LE(FIELDS.indexOf(name) * BYTES);
    return { writes: value('writes'), syncs: value('syncs') };
  }

  close(): void {
    closeSync(this.#file);
  }
}
