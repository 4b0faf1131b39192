import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  startThriftTestServer,
  thriftTestSchema,
  type ThriftTestServer,
} from '../support/thrift-test/start-thrift-test-server.js';
import { dialectsOf, possible, thriftTestCalls, wrongAnswers } from './cases.js';
import { nameOf, type Dialect } from './dialects.js';
import type { Part } from './gaps.js';
import { methodOf, type RunningPeer } from './peer.js';
import { allPeers } from './peers.js';
import { structToPortable } from './portable.js';
import type { InteropCase } from './thrift-test-cases.js';

// The first run builds the programs of the other libraries.
jest.setTimeout(60_000);

const schema = thriftTestSchema();

let server: ThriftTestServer;
beforeAll(async () => {
  server = await startThriftTestServer({ port: 0 });
});
afterAll(() => server.close());

describe.each(allPeers())('The client of $name', (peer) => {
  const callsIn = (dialect: Dialect, multiplexed: boolean): InteropCase[] => {
    const part: Part = { role: 'client', dialect, multiplexed };
    return possible(thriftTestCalls(part), peer, part);
  };
  const spoken = dialectsOf(peer, 'client');
  let running: RunningPeer;
  let calls = 0;
  beforeAll(() => {
    running = peer.start(schema);
  });
  afterAll(async () => {
    await running.stop();
    process.stderr.write(
      `interop: the client of ${peer.name} made ${String(calls)} calls in ${String(spoken.length)} dialects\n`,
    );
  });

  describe.each(spoken.map((dialect) => ({ name: nameOf(dialect), dialect })))('in $name', ({ dialect }) => {
    it.each([
      { how: 'to the default service', multiplexed: false },
      { how: 'multiplexed, to both services', multiplexed: true },
    ])('gets the right answer to every call $how', async ({ multiplexed }) => {
      const cases = callsIn(dialect, multiplexed);
      const connection = await running.connect({ port: server.port, dialect, multiplexed });
      const wrong = await wrongAnswers(schema, cases, ({ service, method, args }) =>
        connection.call(service, method, structToPortable(methodOf(schema, service, method).args, args)),
      );
      await connection.close();
      expect(wrong).toEqual({});
      expect(cases.length).toBeGreaterThan(60);
      calls += cases.length;
    });
  });
});
