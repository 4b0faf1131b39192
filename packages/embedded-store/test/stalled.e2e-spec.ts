import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ControlServer, storeCommands, type EmbeddedStore } from '../src/index.js';
import { ScratchStore } from './scratch-store.js';

const LIMIT_MS = 30_000;

let scratch: ScratchStore;
let store: EmbeddedStore;

beforeEach(async () => {
  scratch = new ScratchStore();
  store = await scratch.open();
  for (let part = 0; part < 8; part++) {
    await store.write(({ put }) => {
      for (let n = 0; n < 1_000; n++) put(`${String(part)}.${String(n)}`, 'v'.repeat(1_000));
    });
  }
});
afterEach(async () => {
  jest.useRealTimers();
  await scratch[Symbol.asyncDispose]();
});

function fakeTimers(): void {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
}

describe('A consumer of all entries', () => {
  it('that does not continue within 30 s is ended, so that it holds no old data', async () => {
    const entries = store.entries();
    fakeTimers();
    expect((await entries.next()).value).toHaveLength(1_000);
    jest.advanceTimersByTime(LIMIT_MS);
    await expect(entries.next()).rejects.toThrow('made no progress for 30 s: run the command again');
  });

  it('that is slow, but continues within 30 s, gets all of them', async () => {
    fakeTimers();
    let count = 0;
    for await (const chunk of store.entries()) {
      count += chunk.length;
      jest.advanceTimersByTime(LIMIT_MS - 1);
    }
    expect(count).toBe(8_000);
  });
});

describe('A peer of the control socket', () => {
  it('that reads nothing of its answer for 30 s is disconnected', async () => {
    fakeTimers();
    const control = await ControlServer.listen(scratch.folder, storeCommands(store));
    const socket = connect(join(scratch.folder, 'control.sock'));
    await once(socket, 'connect');
    socket.write('{"command":"store.entries","args":{}}\n');
    await once(socket, 'readable');
    // What the server could send without waiting is in the sockets' buffers by now.
    for (let iteration = 0; iteration < 200; iteration++) await new Promise(setImmediate);
    jest.advanceTimersByTime(LIMIT_MS + 1);
    socket.resume();
    await once(socket, 'close');
    await control.close();
  });

  it('that disconnects during an answer does not affect the server', async () => {
    const control = await ControlServer.listen(scratch.folder, storeCommands(store));
    const address = join(scratch.folder, 'control.sock');
    const leaving = connect(address);
    leaving.write('{"command":"store.entries","args":{}}\n');
    await once(leaving, 'readable');
    leaving.destroy();
    for (const [sent, answer] of [
      ['nonsense', /"error"/],
      ['{"command":"none"}', /does not support the command none/],
      ['{"command":"store.verify"}', /"entries":8000/],
    ] as const) {
      const socket = connect(address).setEncoding('utf8');
      socket.write(`${sent}\n`);
      const [text] = (await once(socket, 'data')) as [string];
      expect(text).toMatch(answer);
      socket.destroy();
    }
    await control.close();
  });
});
