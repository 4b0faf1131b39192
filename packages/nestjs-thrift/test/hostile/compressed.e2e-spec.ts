import { describe, expect, it } from '@jest/globals';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';

const [binary] = dialects as [Dialect];
const headerDialects = dialects.filter(({ framing }) => framing === 'header' || framing === 'framed-header');
const MESSAGES = 24;
const LARGE = 4_000_000;

describe.each(headerDialects)('a peer that compresses, in $name', (dialect) => {
  const compressed = (transforms: readonly number[], text: string): Buffer => {
    const headers = { sequenceId: 7, outOfOrder: false, transforms, headers: new Map<string, string>() };
    return dialect.call('echo', { text }, { seqid: 7, headers });
  };

  it('a full chunk of messages lets other work run after each message', async () => {
    const order: string[] = [];
    const echo = ({ text }: { text: string }): string => {
      order.push(text.slice(0, 5));
      return 'done';
    };
    await withThriftServer({ ...probeHandlers, echo }, {}, async (server) => {
      const [peer, other] = [await server.connect(), await server.connect()];
      const large = compressed([1], 'large'.repeat(LARGE / 5));
      expect(large.length).toBeLessThan(LARGE / 100);
      await peer.write(Buffer.concat(Array.from({ length: MESSAGES }, () => large)));
      await other.write(binary.call('echo', { text: 'other' }));
      expect(await binary.reply(other)).toMatchObject({ result: { success: 'done' } });
      expect(order.indexOf('other')).toBeLessThan(MESSAGES / 2);
      for (let i = 0; i < MESSAGES; i++) expect((await dialect.reply(peer)).error).toBeUndefined();
    });
  });

  it('compressed twice is rejected: it saves nothing and is expensive', async () => {
    await withThriftServer(probeHandlers, {}, async (server) => {
      const peer = await server.connect();
      await peer.write(compressed([1, 1], 'x'));
      expect((await dialect.reply(peer)).error).toMatchObject({
        code: 'PROTOCOL_ERROR',
        message: expect.stringContaining('zlib twice over, allowed is once'),
      });
      const once = await server.connect();
      await once.write(compressed([0, 1], 'x'));
      expect(await dialect.reply(once)).toMatchObject({ result: { success: 'x' } });
    });
  });
});
