// A program of its own, with the library preloaded: fails each write and sync of a batch and of a checkpoint in turn, and
// compares the store with the answers. Prints what it has tried as JSON.
import { constants } from 'node:os';
import { SqliteStore } from '../src/index.js';
import { schema, type NoteOperations } from './notes-operations.js';
import { FaultControl } from '@tasks/testing/faults';

const [, , folder = '', controlPath = ''] = process.argv;
const control = new FaultControl(controlPath, false);
const lines: string[] = [];
const log = {
  info: (line: string) => lines.push(line),
  warn: (line: string) => lines.push(line),
  error: (line: string) => lines.push(line),
};
const store = await SqliteStore.open<NoteOperations>({
  folder,
  setting: 'DATA_DIR',
  schema,
  module: new URL('./notes-operations.js', import.meta.url),
  log: {
    info: (line) => void log.info(line),
    warn: (line) => void log.warn(line),
    error: (line) => void log.error(line),
  },
});

const acknowledged = new Set<string>();
const rejected = new Set<string>();
const tally = { batches: 0, rejected: 0, acknowledged: 0, halfDone: 0, wrong: 0, unsynced: 0, lines: 0 };
let next = 0;

/** @returns Whether it was acknowledged. */
async function batch(rows: number): Promise<boolean> {
  const n = next++;
  const note = (part: string) => ({ key: `${String(n)} ${part}`, lane: 1, text: 'x'.repeat(1_000) });
  const many = Array.from({ length: rows }, (_, row) => note(`many ${String(row)}`));
  const answers = await Promise.allSettled([
    store.write('add', note('first')),
    store.write('addAll', many),
    store.write('add', note('last')),
  ]);
  const states = new Set(answers.map(({ status }) => status));
  tally.batches++;
  if (states.size > 1) tally.halfDone++;
  const isDone = states.has('fulfilled');
  tally[isDone ? 'acknowledged' : 'rejected']++;
  for (const key of [note('first').key, ...many.map(({ key }) => key), note('last').key])
    (isDone ? acknowledged : rejected).add(key);
  return isDone;
}

/** Fails each call of a batch of so many rows, one after the other. */
async function eachPlace(rows: number, error: number): Promise<void> {
  for (const countdown of ['writeCountdown', 'syncCountdown'] as const) {
    for (let place = 0; ; place++) {
      control.set({ [countdown]: place, error });
      const isDone = await batch(rows);
      const { writes, syncs } = control.counts();
      if (isDone && syncs === 0) tally.unsynced++;
      control.set({});
      if (place >= (countdown === 'writeCountdown' ? writes : syncs)) break;
      await batch(1);
    }
  }
}

const { ENOSPC, EIO } = constants.errno;
for (const error of [ENOSPC, EIO]) await eachPlace(20, error);
// Each of these batches ends with a checkpoint.
for (const error of [ENOSPC, EIO]) {
  for (let place = 0; place < 12; place++) {
    control.set({ syncCountdown: place % 4, writeCountdown: place * 150, error });
    await batch(1_500);
    control.set({});
    await batch(1);
  }
}
for (const key of acknowledged) if (!has(key)) tally.wrong++;
for (const key of rejected) if (has(key)) tally.wrong++;
const [{ integrity_check: integrity } = { integrity_check: 'none' }] = store.all<{ integrity_check: string }>(
  'PRAGMA integrity_check(1)',
);
tally.lines = lines.length;
await store.close();
process.stdout.write(`${JSON.stringify({ ...tally, integrity })}\n`);

function has(key: string): boolean {
  return store.get('SELECT 1 FROM notes WHERE key = ?', Buffer.from(key)) !== undefined;
}
