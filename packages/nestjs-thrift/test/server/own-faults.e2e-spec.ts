import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { FramedFraming } from '../../src/framing/framed.js';
import { MessageSource } from '../../src/server/message-source.js';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';

const framed = dialects.find(({ name }) => name === 'binary framed') as Dialect;

/** Peers can't cause these errors, as far as we know, so the reading code is broken here. */
describe('an internal error while reading', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  function breaks(): never {
    throw new TypeError('a secret of the code');
  }

  it('is logged, answered without its message, and keeps the connection', async () => {
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

  it('before the dialect is known is logged, and closes the connection', async () => {
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
