import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it } from '@jest/globals';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';
import { createProbe, rejectionOf, withProbe } from './probe-client.js';
import { ScriptedServer } from './scripted-server.js';

it('rejects sent calls as possibly run and waiting ones as not run, then resolves', async () => {
  const server = await ScriptedServer.start((connection) => connection.peer.ended);
  const { client, probe } = createProbe(server.port, { limits: { maxCallsPerConnection: 1 } });
  await client.connect();
  const socket = client.unwrap();
  const [sent, waited] = [rejectionOf(probe.echo({ text: 'a' })), rejectionOf(probe.echo({ text: 'b' }))];
  await client.close();
  expect(socket.closed).toBe(true);
  expect(await sent).toMatchObject({ reason: 'closed', executed: 'maybe' });
  expect(await waited).toMatchObject({ reason: 'closed', executed: 'no' });
  await server.close();
});

it('rejects calls while it connects', async () => {
  const server = await ScriptedServer.start(() => undefined);
  const { client, probe } = createProbe(server.port);
  const [call, connecting] = [rejectionOf(probe.echo({ text: 'a' })), rejectionOf(client.connect())];
  await client.close();
  expect(await call).toMatchObject({ reason: 'closed', executed: 'no' });
  expect(await connecting).toMatchObject({ reason: 'closed', executed: 'no' });
  await server.close();
});

it('cuts a server that does not answer its FIN', async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined).resume();
    closing.push(once(socket, 'close'));
    held.push(socket);
  });
  const closing: Promise<unknown>[] = [];
  const held: Socket[] = [];
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { client } = createProbe((server.address() as AddressInfo).port);
  await client.connect();
  const socket = client.unwrap();
  const startedAtMs = performance.now();
  await client.close();
  expect(performance.now() - startedAtMs).toBeGreaterThan(400);
  expect(socket.closed).toBe(true);
  for (const open of held) open.destroy();
  server.close();
  await Promise.all(closing);
});

it('sends earlier emitted calls', () => {
  const received: string[] = [];
  const tell = ({ text }: { text: string }): unknown => received.push(text);
  return withThriftServer({ ...probeHandlers, tell }, {}, async (server) => {
    const { client } = createProbe(server.port);
    await client.connect();
    for (let n = 0; n < 100; n++) client.emit({ service: 'Probe', method: 'tell' }, { text: String(n) });
    await client.close();
    expect(received).toHaveLength(100);
  });
});

it('is final until connect is called', () =>
  withThriftServer(probeHandlers, {}, (server) =>
    withProbe(server.port, {}, async (probe, client) => {
      expect(await probe.echo({ text: 'a' })).toBe('a');
      await client.close();
      await client.close();
      const message = 'The client was closed: call connect() to use it again';
      expect(await rejectionOf(probe.echo({ text: 'b' }))).toMatchObject({ reason: 'closed', executed: 'no', message });
      expect(() => client.unwrap()).toThrow('ClientThrift is not connected: call connect() first');
      await client.connect();
      expect(await probe.echo({ text: 'c' })).toBe('c');
    }),
  ));

it('closes an idle connection, and opens a new one for the next call', () =>
  withThriftServer(probeHandlers, {}, (server) =>
    withProbe(server.port, { limits: { idleTimeoutMs: 30 } }, async (probe, client) => {
      const gone = new Promise((resolve) => {
        client.on('disconnect', resolve);
      });
      await probe.echo({ text: 'a' });
      expect(await gone).toBeUndefined();
      expect(await probe.echo({ text: 'b' })).toBe('b');
    }),
  ));
