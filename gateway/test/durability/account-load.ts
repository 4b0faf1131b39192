// A program of its own: takes account after account through its life, over some lanes at once, in the embedded store of
// the folder that it is given, until it is killed. Prints each step once it is acknowledged.
import { EmbeddedAccountStore } from '../../src/infrastructure/persistence/embedded/embedded-account-store.js';
import { live, nameOf } from './account-lifecycle.js';

const [, , folder = '', lanes = '1'] = process.argv;
const store = await EmbeddedAccountStore.open(folder);

async function run(lane: number): Promise<never> {
  for (let round = 0; ; round++) {
    await live(store, nameOf(lane, round), (step, sessionToken) => {
      process.stdout.write(`done ${String(lane)} ${String(round)} ${String(step)} ${sessionToken}\n`);
    });
  }
}

await Promise.all(Array.from({ length: Number(lanes) }, (_value, lane) => run(lane)));
