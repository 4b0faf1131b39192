// A program of its own: opens the folder of each message at the given time, says whether it could, and closes it again.
import { EmbeddedStore } from '../src/index.js';

let store: EmbeddedStore | undefined;

async function onMessage(message: 'close' | { readonly folder: string; readonly atMs: number }): Promise<boolean> {
  if (message === 'close') {
    await store?.close();
    store = undefined;
    return true;
  }
  const { folder, atMs } = message;
  while (Date.now() < atMs);
  store = await EmbeddedStore.open({ folder, owner: 'notes', version: 1, setting: 'DATA_DIR' }).catch(() => undefined);
  return store !== undefined;
}

process.on('message', (message: Parameters<typeof onMessage>[0]) => {
  void onMessage(message).then((answer) => process.send?.(answer));
});
process.send?.('ready');
