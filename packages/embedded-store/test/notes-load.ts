// A program of its own: changes the store in a folder over some lanes until it is ended. Prints `ready`, then the number of
// each lane's last acknowledged change as they come. SIGTERM closes the store, a second one ends at once; SIGUSR2 throws.
import { AGAIN, SqliteStore } from '../src/index.js';
import { schema, type NoteOperations } from './notes-operations.js';

const [, , folder = '', lanes = '1', begin = '0'] = process.argv;
const store = await SqliteStore.open<NoteOperations>({
  folder,
  setting: 'DATA_DIR',
  schema,
  module: new URL('./notes-operations.js', import.meta.url),
});
let stopping = false;
process.on('SIGTERM', () => {
  if (stopping) process.exit(1);
  stopping = true;
  process.stdout.write('stopping\n');
  void store.close().then(() => process.exit(0));
});
process.on('SIGUSR2', () => {
  throw new Error('An error of the program');
});
process.stdout.write('ready\n');

/** Change number `n` of a lane: two notes, a change of the first, the second removed. */
async function change(lane: number, n: number): Promise<void> {
  const round = `${String(lane)}.${String(Math.floor(n / 3))}`;
  const [first, second] = [`${round} first`, `${round} second`];
  const text = 't'.repeat(100);
  if (n % 3 === 0)
    await store.write(
      'addAll',
      [first, second].map((key) => ({ key, lane, text })),
    );
  else if (n % 3 === 1) {
    await store.change(first, async () => {
      const was = store.get<{ record: string }>('SELECT record FROM notes WHERE key = ?', Buffer.from(first));
      // No read is older than an answer.
      if (was?.record !== JSON.stringify(text)) throw new Error(`${first} is not as it was acknowledged`);
      return (await store.write('replace', { key: first, from: was.record, to: '"changed"' })) || AGAIN;
    });
  } else await store.write('remove', second);
}

await Promise.all(
  Array.from({ length: Number(lanes) }, async (_, lane) => {
    try {
      for (let n = Number(begin); ; n++) {
        await change(lane, n);
        process.stdout.write(`${String(lane)} ${String(n)}\n`);
      }
    } catch (error) {
      if (!stopping) process.stderr.write(`${String(error)}\n`);
    }
  }),
);
