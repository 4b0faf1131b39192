import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { TestServer } from '../support/thrift-server.js';
import { dialectsOf, possible, typeCalls, wrongAnswers } from './cases.js';
import { nameOf, type Dialect } from './dialects.js';
import { methodOf, type RunningPeer } from './peer.js';
import { allPeers } from './peers.js';
import { structToPortable } from './portable.js';
import type { InteropCase } from './thrift-test-cases.js';
import { startTypesServer, typesSchema } from './type-system/server.js';

// The first run builds the programs of the other libraries.
jest.setTimeout(60_000);

const peers = allPeers();

let server: TestServer;
beforeAll(async () => {
  server = await startTypesServer();
});
afterAll(() => server.close());

describe.each(peers)('Every type of the IDL from the client of $name', (peer) => {
  let running: RunningPeer;
  let calls = 0;
  beforeAll(() => {
    running = peer.start(typesSchema);
  });
  afterAll(async () => {
    await running.stop();
    process.stderr.write(`interop: the client of ${peer.name} sent ${String(calls)} structs of every type\n`);
  });

  const callsIn = (dialect: Dialect): InteropCase[] =>
    possible(typeCalls(), peer, { role: 'client', dialect, multiplexed: false });

  it.each(dialectsOf(peer, 'client').map((dialect): [string, Dialect] => [nameOf(dialect), dialect]))(
    'returns unchanged: %s',
    async (_name, dialect) => {
      const cases = callsIn(dialect);
      const connection = await running.connect({ port: server.port, dialect, multiplexed: false });
      const wrong = await wrongAnswers(typesSchema, cases, ({ service, method, args }) =>
        connection.call(service, method, structToPortable(methodOf(typesSchema, service, method).args, args)),
      );
      await connection.close();
      expect(wrong).toEqual({});
      expect(cases.length).toBeGreaterThan(12);
      calls += cases.length;
    },
  );
});
