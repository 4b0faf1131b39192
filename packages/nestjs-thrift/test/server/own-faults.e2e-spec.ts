import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { FramedFraming } from '../../src/framing/framed.js';
import { MessageSource } from '../../src/server/message-source.js';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';

const framed = dialects.find(({ name }) => name === 'binary framed') as Dialect;

/** Peers can't bring these faults about, as far as we know: so the code that reads is broken here. */
describe('a fault of the server itself while it reads', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  function breaks(): never {
    throw new TypeError('a secret of the code');
  }

  it('is logged, answered without its words and not held against the peer', async () => {
    jest.spyOn(FramedFraming.prototype, 'read').mockImplementation(breaks);
    await withThriftServer(probeHandlers, {}, async (server) => {
      const peer = await server.connect();
      await peer.write(framed.call('echo', { text: 'x' }, { seqid: 7 }));
      await peer.ended;
      jest.restoreAllMocks();
      expect(await framed.reply(peer)).toMatchObject({
        seqid: 7,
        error: { code: 'INTERNAL_ERROR', message: 'Internal server error' },
      });
      expect(server.logLines).toContainEqual(expect.stringContaining('reading a message'));
      expect(server.rejections).toEqual([]);
    });
  });

  it('before the dialect is known is logged, and ends the connection', async () => {
    jest.spyOn(MessageSource.prototype, 'read').mockImplementation(breaks);
    await withThriftServer(probeHandlers, {}, async (server) => {
      const peer = await server.connect();
      await peer.write(framed.call('echo', { text: 'x' }));
      await peer.ended;
      expect(server.logLines).toContainEqual(expect.stringContaining('reading the first bytes'));
      expect(server.rejections).toEqual([]);
    });
  });
});
