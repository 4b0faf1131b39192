import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ThriftError, ThriftException } from '../../src/nest/rpc-exceptions.js';
import { ONEWAY } from '../../src/protocol/constants.js';
import { dialects } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { TestServer } from '../support/thrift-server.js';

let server: TestServer;
const received: string[] = [];

beforeAll(async () => {
  server = await TestServer.start({
    ...probeHandlers,
    tell: ({ text }: { text: string }) => received.push(text),
    fail: () => {
      throw new ThriftException('Oops', { message: 'declared' });
    },
    'Other.echo': ({ text }: { text: string }) => {
      if (text === 'throw') throw new ThriftError('INTERNAL_ERROR', 'said by the handler');
      if (text === 'break') throw new TypeError('a secret');
      if (text === 'surprise') throw new ThriftException('Oops', { message: 'undeclared' });
      return `other ${text}`;
    },
  });
});
afterAll(() => server.close());

describe.each(dialects)('calls in $name', (dialect) => {
  it('answers with the value, the name and the seqid', async () => {
    const peer = await server.connect();
    await peer.write(dialect.call('echo', { text: 'Grüße' }, { seqid: -7 }));
    expect(await dialect.reply(peer)).toMatchObject({ name: 'echo', seqid: -7, result: { success: 'Grüße' } });
  });

  it('answers many calls on one connection in order', async () => {
    const peer = await server.connect();
    const texts = Array.from({ length: 500 }, (_, n) => `text ${String(n)}`);
    await peer.write(Buffer.concat(texts.map((text, seqid) => dialect.call('echo', { text }, { seqid }))));
    for (const [seqid, text] of texts.entries()) {
      expect(await dialect.reply(peer)).toMatchObject({ seqid, result: { success: text } });
    }
  });

  it('finds a method of another service by its multiplexed name', async () => {
    const peer = await server.connect();
    await peer.write(dialect.call('Other.echo', { text: 'x' }, { name: 'Other:echo' }));
    expect(await dialect.reply(peer, 'Other.echo')).toMatchObject({ result: { success: 'other x' } });
  });

  it('never answers a oneway method, whatever the type of the message', async () => {
    const peer = await server.connect();
    await peer.write(dialect.call('tell', { text: 'call' }, { seqid: 1 }));
    await peer.write(dialect.call('tell', { text: dialect.name }, { seqid: 2, type: ONEWAY }));
    await peer.write(dialect.call('echo', { text: 'x' }, { seqid: 3, type: ONEWAY }));
    await peer.write(dialect.call('nothing', {}, { seqid: 4 }));
    expect(await dialect.reply(peer, 'nothing')).toMatchObject({ seqid: 4, error: undefined });
    expect(received.slice(-2)).toEqual(['call', dialect.name]);
  });

  it('answers with the declared exception', async () => {
    const peer = await server.connect();
    await peer.write(dialect.call('fail', {}));
    expect(await dialect.reply(peer, 'fail')).toMatchObject({ result: { oops: { message: 'declared' } } });
  });

  it('logs an exception that the method does not declare, and what to do', async () => {
    const peer = await server.connect();
    await peer.write(dialect.call('Other.echo', { text: 'surprise' }, { name: 'Other:echo' }));
    expect((await dialect.reply(peer)).error?.message).toBe('Internal server error');
    await server.logged(/echo does not declare Oops, .*: add it to its throws in the IDL/);
  });

  it("passes on a handler's message, but no internal error", async () => {
    const peer = await server.connect();
    const name = 'Other:echo';
    await peer.write(dialect.call('Other.echo', { text: 'throw' }, { name }));
    await peer.write(dialect.call('Other.echo', { text: 'break' }, { name }));
    const [said, broke] = [await dialect.reply(peer), await dialect.reply(peer)];
    expect(said.error).toMatchObject({ code: 'INTERNAL_ERROR', message: 'said by the handler' });
    expect(broke.error).toMatchObject({ code: 'INTERNAL_ERROR', message: 'Internal server error' });
  });

  it('accepts a message in pieces of any size', async () => {
    const peer = await server.connect();
    const bytes = dialect.call('echo', { text: 'in pieces' });
    for (const byte of bytes) await peer.write(Buffer.of(byte));
    expect(await dialect.reply(peer)).toMatchObject({ result: { success: 'in pieces' } });
  });
});
