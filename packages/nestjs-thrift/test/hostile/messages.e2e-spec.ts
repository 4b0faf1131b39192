import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXCEPTION, I32, REPLY, STRING } from '../../src/protocol/constants.js';
import { Dialect, dialects } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { TestServer } from '../support/thrift-server.js';
import { callWith, expectClosed, expectKept, field } from './raw-calls.js';

const MAX_STRING = 10_000;
const MAX_MESSAGE = 50_000;

let server: TestServer;
beforeAll(async () => {
  const limits = { maxStringBytes: MAX_STRING, maxMessageBytes: MAX_MESSAGE };
  server = await TestServer.start(probeHandlers, { limits });
});
afterAll(() => server.close());

/** A call of `count` with that many bytes, without the frame's length. */
function callOf(dialect: Dialect, bytes: number): Buffer {
  const lengthBytes = dialect.isFramed ? 4 : 0;
  const texts = Array.from({ length: 5 }, () => 'x'.repeat(9_000));
  const without = dialect.call('count', { texts: [...texts, 'x'.repeat(1_000)] });
  const missing = bytes + lengthBytes - without.length;
  const call = dialect.call('count', { texts: [...texts, 'x'.repeat(1_000 + missing)] });
  expect(call).toHaveLength(bytes + lengthBytes);
  return call;
}

describe.each(dialects.filter(({ isFramed }) => isFramed))('a peer that frames $name', (dialect) => {
  it('sends truncated arguments: PROTOCOL_ERROR, kept', async () => {
    const peer = await server.connect();
    const bytes = dialect.message('echo', { seqid: 7 }, (writer) => {
      writer.writeStructBegin();
      field(writer, STRING, 1, () => {
        writer.writeString('no stop follows');
      });
    });
    await peer.write(bytes);
    expect(await dialect.reply(peer)).toMatchObject({ seqid: 7, error: { code: 'PROTOCOL_ERROR' } });
    await expectKept(dialect, peer);
  });
});

describe.each(dialects.filter(({ framing }) => framing.endsWith('header')))('a peer that speaks $name', (dialect) => {
  it("sends a message without seqid: PROTOCOL_ERROR with the frame's, kept", async () => {
    const peer = await server.connect();
    const headers = { sequenceId: 41, outOfOrder: false, transforms: [], headers: new Map<string, string>() };
    const call = dialect.call('echo', { text: 'x' }, { seqid: 41, headers });
    const { length } = new Dialect('without frames', dialect.protocol, 'unframed').call('echo', { text: 'x' });
    call[call.length - length] = 0xff;
    await peer.write(call);
    expect(await dialect.reply(peer)).toMatchObject({
      seqid: 41,
      error: { code: 'PROTOCOL_ERROR' },
      headers: { sequenceId: 41 },
    });
    await expectKept(dialect, peer);
  });
});

describe.each(dialects.filter(({ framing }) => framing === 'framed-header'))('a peer that speaks $name', (dialect) => {
  it.each([
    ['less', -1],
    ['more', 1],
    ['far more', 0x7000_0000],
  ])('sends different %s in frame and message: PROTOCOL_ERROR, closed', async (_, difference) => {
    const peer = await server.connect();
    await expectKept(dialect, peer);
    const headers = { sequenceId: 41, outOfOrder: false, transforms: [], headers: new Map<string, string>() };
    const call = dialect.call('echo', { text: 'x' }, { seqid: 41, headers });
    call.writeInt32BE(call.readInt32BE(4) + difference, 4);
    await peer.write(call);
    expect(await dialect.reply(peer)).toMatchObject({
      seqid: 41,
      error: { code: 'PROTOCOL_ERROR', message: expect.stringContaining('does not fit the frame') },
    });
    await expectClosed(peer);
  });
});

describe.each(dialects.filter(({ framing }) => !framing.endsWith('header')))('a peer that speaks $name', (dialect) => {
  it('sends no seqid: PROTOCOL_ERROR with 0, connection kept where frames are used', async () => {
    const peer = await server.connect();
    await expectKept(dialect, peer);
    const call = dialect.call('echo', { text: 'x' }, { seqid: 41 });
    call[dialect.isFramed ? 4 : 0] = 0xff;
    await peer.write(call);
    expect(await dialect.reply(peer)).toMatchObject({ name: '', seqid: 0, error: { code: 'PROTOCOL_ERROR' } });
    if (dialect.isFramed) await expectKept(dialect, peer);
    else await expectClosed(peer);
  });
});

describe.each(dialects)('a peer that speaks $name', (dialect) => {
  it('calls an unknown method: UNKNOWN_METHOD, kept', async () => {
    const peer = await server.connect();
    await peer.write(dialect.call('echo', { text: 'x' }, { seqid: 7, name: 'gone' }));
    const { name, seqid, error } = await dialect.reply(peer);
    expect({ name, seqid, code: error?.code }).toEqual({ name: 'gone', seqid: 7, code: 'UNKNOWN_METHOD' });
    await expectKept(dialect, peer);
  });

  it.each([
    ['a reply', REPLY],
    ['an error', EXCEPTION],
    ['a message of type 0', 0],
    ['a message of type 7', 7],
  ])('sends %s: INVALID_MESSAGE_TYPE, kept', async (_, type) => {
    const peer = await server.connect();
    await peer.write(dialect.call('echo', { text: 'x' }, { type, seqid: 7 }));
    const { seqid, error } = await dialect.reply(peer);
    expect({ seqid, code: error?.code }).toEqual({ seqid: 7, code: 'INVALID_MESSAGE_TYPE' });
    expect(error?.message).toMatch(
      /^a message of type \d is not a call: clients send types 1 \(call\) and 4 \(oneway\)$/,
    );
    await expectKept(dialect, peer);
  });

  it('sends a field of another type than the IDL has: read as unset', async () => {
    const peer = await server.connect();
    const bytes = callWith(dialect, 'count', (writer) => {
      field(writer, I32, 1, () => {
        writer.writeI32(5);
      });
    });
    await peer.write(bytes);
    expect(await dialect.reply(peer, 'count')).toMatchObject({ seqid: 7, result: { success: 0 } });
  });

  it('omits a required field: PROTOCOL_ERROR that names it, kept', async () => {
    const peer = await server.connect();
    await peer.write(callWith(dialect, 'strict', () => undefined));
    const { error } = await dialect.reply(peer);
    expect(error).toMatchObject({ code: 'PROTOCOL_ERROR', message: expect.stringContaining('text') });
    await expectKept(dialect, peer);
  });

  it('sends arguments that are not UTF-8: PROTOCOL_ERROR, kept where frames are used', async () => {
    const peer = await server.connect();
    const call = dialect.call('echo', { text: '#'.repeat(8) }, { seqid: 7 });
    const at = call.indexOf('########');
    call.fill(0xff, at, at + 8);
    await peer.write(call);
    expect(await dialect.reply(peer)).toMatchObject({ seqid: 7, error: { code: 'PROTOCOL_ERROR' } });
    if (dialect.isFramed) await expectKept(dialect, peer);
    else await expectClosed(peer);
  });

  it('sends a string over the limit: rejected and closed; at the limit: served', async () => {
    const peer = await server.connect();
    const text = 'x'.repeat(MAX_STRING);
    await peer.write(dialect.call('echo', { text }));
    expect(await dialect.reply(peer)).toMatchObject({ result: { success: text } });
    await peer.write(dialect.call('echo', { text: `${text}x` }, { seqid: 8 }));
    const { seqid, error } = await dialect.reply(peer);
    expect(error).toMatchObject({ code: 'PROTOCOL_ERROR', message: expect.stringContaining('10000') });
    expect(seqid).toBe(8);
    await expectClosed(peer);
  });

  it('sends a message over the limit: rejected and closed; one at the limit is served', async () => {
    const peer = await server.connect();
    await peer.write(callOf(dialect, MAX_MESSAGE));
    expect(await dialect.reply(peer, 'count')).toMatchObject({ result: { success: 6 } });
    await peer.write(callOf(dialect, MAX_MESSAGE + 1));
    expect((await dialect.reply(peer)).error).toMatchObject({
      code: 'PROTOCOL_ERROR',
      message: expect.stringContaining('allowed: 50000'),
    });
    await expectClosed(peer);
  });
});
