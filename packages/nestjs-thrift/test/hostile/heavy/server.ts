/** A Probe service in a separate process. It prints its port, and its memory at each line of input. */
import { createInterface } from 'node:readline';
import { probeHandlers } from '../../support/thrift-probe.js';
import { TestServer } from '../../support/thrift-server.js';

const server = await TestServer.start(probeHandlers, { limits: { maxConnections: 20_000 } });
process.stdout.write(`PORT ${String(server.port)}\n`);
createInterface(process.stdin).on('line', () => {
  // The tests' own memory and garbage must not count.
  server.rejections.length = 0;
  globalThis.gc?.();
  globalThis.gc?.();
  const { connections } = server.server.load;
  process.stdout.write(`${JSON.stringify({ rssBytes: process.memoryUsage().rss, connections })}\n`);
});
