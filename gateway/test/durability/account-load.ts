// A separate program: runs the lifecycle of accounts, in several concurrent lanes, in the embedded store of the given
// folder, until it is killed. Prints each step once it is acknowledged.
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
