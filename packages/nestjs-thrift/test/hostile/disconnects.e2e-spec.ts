import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Deferred } from '@tasks/testing/deferred';
import type { ThriftContext } from '../../src/nest/context.js';
import { dialects } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { TestServer } from '../support/thrift-server.js';

const MAX_MESSAGE_BYTES = 50_000;

let server: TestServer;
let running: Deferred<ThriftContext>;
let told: Deferred<ThriftContext>;
let finish: Deferred<void>;

beforeAll(async () => {
  const handlers = {
    ...probeHandlers,
    tell: async (_: never, context: ThriftContext) => {
      told.resolve(context);
      await finish.promise;
    },
    // Runs until its signal aborts.
    'Other.echo': async (_: never, context: ThriftContext) => {
      running.resolve(context);
      if (!context.signal.aborted) await once(context.signal, 'abort');
    },
  };
  // With a cap of one, the interrupted call is the one at the cap.
  server = await TestServer.start(handlers, {
    limits: { maxCallsPerConnection: 1, maxMessageBytes: MAX_MESSAGE_BYTES },
  });
});
afterAll(() => server.close());

describe.each(dialects)('a peer that speaks $name', (dialect) => {
  const pending = dialect.call('Other.echo', { text: 'x' }, { name: 'Other:echo' });

  it('resets the connection within a message: nobody else is affected', async () => {
    const good = await server.connect();
    const peer = await server.connect();
    const gone = server.next('disconnect');
    await peer.write(dialect.call('echo', { text: 'unfinished' }).subarray(0, -4));
    peer.reset();
    await gone;
    await good.write(dialect.call('echo', { text: 'undisturbed' }));
    expect(await dialect.reply(good)).toMatchObject({ result: { success: 'undisturbed' } });
  });

  it('resets the connection during a call: its signal aborts, its result is dropped', async () => {
    running = new Deferred();
    const peer = await server.connect();
    await peer.write(pending);
    const { signal } = await running.promise;
    const end = server.next('callEnd');
    peer.reset();
    expect(await end).toMatchObject({ outcome: 'dropped' });
    expect(signal.aborted).toBe(true);
  });

  it('resets the connection during a oneway call: it runs to its end', async () => {
    told = new Deferred();
    finish = new Deferred();
    const peer = await server.connect();
    await peer.write(dialect.call('tell', { text: 'x' }));
    const { signal } = await told.promise;
    const gone = server.next('disconnect');
    peer.reset();
    await gone;
    expect([signal.aborted, server.server.load.calls]).toEqual([false, 1]);
    const end = server.next('callEnd');
    finish.resolve();
    expect(await end).toMatchObject({ outcome: 'ok' });
    expect(signal.aborted).toBe(false);
  });

  it('sends its calls and FIN at once: gets all its replies, then FIN', async () => {
    const peer = await server.connect();
    await peer.write(Buffer.concat(['a', 'b', 'c'].map((text) => dialect.call('echo', { text }))));
    peer.end();
    for (const text of ['a', 'b', 'c']) {
      expect(await dialect.reply(peer)).toMatchObject({ result: { success: text } });
    }
    await peer.ended;
  });

  it('sends FIN within a message: gets an error if the call is known', async () => {
    const peer = await server.connect();
    const call = dialect.call('echo', { text: 'unfinished' }, { seqid: 3 });
    await peer.write(call.subarray(0, -2));
    peer.end();
    expect(await dialect.reply(peer)).toMatchObject({ seqid: 3, error: { code: 'PROTOCOL_ERROR' } });
    await peer.ended;
  });

  it('is rejected while sending: its bytes are read until it has read the error', async () => {
    const peer = await server.connect();
    peer.stopReading();
    const call = dialect.call('echo', { text: 'x'.repeat(MAX_MESSAGE_BYTES) }, { seqid: 3 });
    const rejected = server.next('rejection');
    await peer.write(call.subarray(0, MAX_MESSAGE_BYTES + 10_000));
    await rejected;
    for (let i = 0; i < 20; i++) {
      await peer.write(Buffer.alloc(10_000, 'x'));
      await setImmediate();
    }
    peer.socket.resume();
    expect(await dialect.reply(peer)).toMatchObject({ error: { code: 'PROTOCOL_ERROR' } });
    await peer.ended;
    peer.end();
    await peer.closed;
  });
});
