import { Logger } from '@nestjs/common';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ThriftClientEvents } from '../../src/nest/thrift-client.js';
import { rejectionOf, withProbe } from './probe-client.js';
import { ScriptedServer } from './scripted-server.js';

const logged: unknown[][] = [];
const log = (...line: unknown[]): unknown => logged.push(line);

beforeEach(() => {
  logged.length = 0;
  Logger.overrideLogger({ log, warn: log, error: log });
});
afterAll(() => {
  Logger.overrideLogger(new Logger());
});

describe('a listener that throws', () => {
  const events: (keyof ThriftClientEvents)[] = ['connect', 'disconnect', 'error'];

  it.each(events)('at %s is logged and affects neither calls nor connections', async (event) => {
    let server = await ScriptedServer.start(async (connection) => {
      await connection.call();
      connection.peer.end();
    });
    const { port } = server;
    await withProbe(port, {}, async (probe, client) => {
      const failed = new Promise((resolve) => {
        client.on('error', resolve);
      });
      client.on(event, () => {
        throw new Error('its own fault');
      });
      await client.connect();
      expect(await rejectionOf(probe.echo({ text: 'a' }))).toMatchObject({ reason: 'connection-lost' });
      await server.close();
      const call = probe.echo({ text: 'b' });
      await failed;
      server = await ScriptedServer.start((connection) => connection.echoAll(), 'unframed', port);
      expect(await call).toBe('b');
    });
    await server.close();
    expect(logged[0]).toEqual([`a listener of '${event}' failed`, expect.any(Error), 'ClientThrift']);
  });
});
