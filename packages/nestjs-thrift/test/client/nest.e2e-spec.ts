import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClientProxy, ClientsModule } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { ClientThrift } from '../../src/nest/thrift-client.js';
import { ThriftRecord } from '../../src/client/call-options.js';
import type { ThriftContext } from '../../src/nest/context.js';
import { ThriftException } from '../../src/nest/rpc-exceptions.js';
import { probeHandlers, probeSchema } from '../support/thrift-probe.js';
import { TestServer } from '../support/thrift-server.js';
import { createProbe, rejectionOf, withProbe } from './probe-client.js';

let server: TestServer;
const received: string[] = [];
const contexts: ThriftContext[] = [];
let onReceived: () => void = () => undefined;

beforeAll(async () => {
  const handlers = {
    ...probeHandlers,
    echo: ({ text }: { text: string }, context: ThriftContext): unknown => {
      contexts.push(context);
      received.push(text);
      onReceived();
      return text === 'hang' ? new Promise(() => undefined) : text;
    },
    tell: ({ text }: { text: string }) => {
      received.push(text);
      onReceived();
    },
    fail: () => {
      throw new ThriftException('Oops', { message: 'declared' });
    },
  };
  // Some of its calls never end.
  server = await TestServer.start(handlers, { limits: { drainTimeoutMs: 0 } });
});
afterAll(() => server.close());

const echo = { service: 'Probe', method: 'echo' };

describe('send', () => {
  it('emits the value and completes; the call starts at subscription', () =>
    withProbe(server.port, {}, async (_, client) => {
      const answers = client.send<string>(echo, { text: 'x' }).pipe(toArray());
      expect(client.send(echo, { text: 'never subscribed to' })).toBeDefined();
      expect(await lastValueFrom(answers)).toEqual(['x']);
      expect(received).not.toContain('never subscribed to');
    }));

  it('emits null for void, so that lastValueFrom resolves', () =>
    withProbe(server.port, {}, async (_, client) => {
      expect(await lastValueFrom(client.send({ service: 'Probe', method: 'nothing' }, {}))).toBeNull();
    }));

  it("fails with the server's error", () =>
    withProbe(server.port, {}, async (_, client) => {
      const failing = firstValueFrom(client.send({ service: 'Probe', method: 'fail' }, {}));
      expect(await rejectionOf(failing)).toMatchObject({ type: 'Oops', value: { message: 'declared' } });
    }));

  it('cancels the call at unsubscription', () =>
    withProbe(server.port, { framing: 'header' }, async (_, client) => {
      const running = new Promise<void>((resolve) => (onReceived = resolve));
      const subscription = client.send(echo, { text: 'hang' }).subscribe();
      await running;
      subscription.unsubscribe();
      expect(await firstValueFrom(client.send(echo, { text: 'after' }))).toBe('after');
    }));

  it('takes options in a ThriftRecord', () =>
    withProbe(server.port, { framing: 'header' }, async (_, client) => {
      const record = new ThriftRecord({ text: 'x' }, { headers: { tenant: 'blue' }, timeoutMs: 900 });
      expect(await lastValueFrom(client.send(echo, record))).toBe('x');
      const { headers } = contexts.at(-1) as ThriftContext;
      expect(headers.get('tenant')).toBe('blue');
      expect(Number(headers.get('client_timeout'))).toBeLessThanOrEqual(900);
    }));

  // The hook came with Nest 12.0.4.
  const itWithHook = 'setOnDispatchHook' in ClientProxy.prototype ? it : it.skip;
  itWithHook("sends the metadata of Nest's dispatch hook as headers", () =>
    withProbe(server.port, { framing: 'header' }, async (_, client) => {
      client.setOnDispatchHook((packet) => {
        packet.metadata = { traceparent: '00-1-2-01' };
      });
      const record = new ThriftRecord({ text: 'x' }, { headers: { tenant: 'blue' } });
      expect(await lastValueFrom(client.send(echo, record))).toBe('x');
      const { headers } = contexts.at(-1) as ThriftContext;
      expect([headers.get('traceparent'), headers.get('tenant')]).toEqual(['00-1-2-01', 'blue']);
    }),
  );

  it.each([
    [{ service: 'Probe', method: 'nope' }, 'probe.thrift has no method Probe.nope'],
    [{ service: 'Nope', method: 'echo' }, 'probe.thrift has no method Nope.echo'],
    ['echo', 'the pattern must be { service, method }, got "echo"'],
  ])('fails for the pattern %j', (pattern, message) =>
    withProbe(server.port, {}, async (_, client) => {
      const call = lastValueFrom(client.send(pattern as typeof echo, {}));
      expect(await rejectionOf(call)).toMatchObject({ code: 'UNKNOWN_METHOD', message });
    }),
  );

  it("rejects null as Nest's clients do", () =>
    withProbe(server.port, {}, async (_, client) => {
      const error = (await rejectionOf(lastValueFrom(client.send(echo, null)))) as Error;
      expect(error.message).toMatch(/invalid data/i);
    }));
});

describe('emit', () => {
  it.each(['tell', 'echo'])('sends %s at once, subscribed or not, and completes before any answer', (method) =>
    withProbe(server.port, {}, async (_, client) => {
      const arrived = new Promise<void>((resolve) => (onReceived = resolve));
      const text = method === 'echo' ? 'hang' : `emitted ${method}`;
      await lastValueFrom(client.emit({ service: 'Probe', method }, { text }), { defaultValue: undefined });
      await arrived;
      expect(received.at(-1)).toBe(text);
    }),
  );

  it('notifies a subscriber when the call could not be sent', () =>
    withProbe(server.port, {}, async (_, client) => {
      const call = lastValueFrom(client.emit({ service: 'Probe', method: 'tell' }, { text: 7 }));
      expect(await rejectionOf(call)).toMatchObject({ message: 'text: expected string, got number' });
    }));
});

describe('the connection', () => {
  it('is reported by status and events', async () => {
    const { client } = createProbe(server.port);
    const seen: string[] = [];
    client.status.subscribe((status) => seen.push(status));
    client.on('connect', () => seen.push('event: connect'));
    client.on('disconnect', () => seen.push('event: disconnect'));
    await client.connect();
    expect(client.unwrap().remotePort).toBe(server.port);
    await client.close();
    expect(seen).toEqual(['connecting', 'connected', 'event: connect', 'disconnected', 'event: disconnect']);
  });
});

describe('ClientsModule', () => {
  const options = (): { idl: typeof probeSchema; host: string; port: number } => ({
    idl: probeSchema,
    host: '127.0.0.1',
    port: server.port,
  });

  it.each([
    ['register', () => ClientsModule.register([{ name: 'PROBE', customClass: ClientThrift, options: options() }])],
    [
      'registerAsync',
      () =>
        ClientsModule.registerAsync([
          { name: 'PROBE', useFactory: () => ({ customClass: ClientThrift, options: options() }) },
        ]),
    ],
  ])('%s provides the client, and closes it with the application', async (_, module) => {
    const app = await Test.createTestingModule({ imports: [module()] }).compile();
    await app.init();
    const client = app.get<ClientProxy>('PROBE');
    expect(client).toBeInstanceOf(ClientThrift);
    expect(await lastValueFrom(client.send(echo, { text: 'x' }))).toBe('x');
    const socket = client.unwrap<{ closed: boolean }>();
    await app.close();
    expect(socket.closed).toBe(true);
  });
});
