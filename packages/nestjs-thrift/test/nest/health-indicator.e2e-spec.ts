import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Test, type TestingModule } from '@nestjs/testing';
import { ThriftHealthIndicator, type ThriftHealthOptions } from '../../src/nest/health-indicator.js';
import type { ClientThrift } from '../../src/nest/thrift-client.js';
import { withProbe } from '../client/probe-client.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';

let module: TestingModule;

beforeAll(async () => {
  const imports = [TerminusModule.forRoot({ logger: false })];
  module = await Test.createTestingModule({ imports, providers: [ThriftHealthIndicator] }).compile();
});
afterAll(() => module.close());

/** The answer of Terminus, also when it is an error. */
async function healthOf(client: ClientThrift, options?: ThriftHealthOptions): Promise<unknown> {
  const indicator = module.get(ThriftHealthIndicator);
  const health = await module.resolve(HealthCheckService);
  try {
    return await health.check([() => indicator.pingCheck('probe', client, options)]);
  } catch (error) {
    return (error as { getResponse(): unknown }).getResponse();
  }
}

describe('Terminus', () => {
  it('reports a service as up when one of its servers can be reached', () =>
    withThriftServer(probeHandlers, {}, (server) =>
      withProbe(server.port, {}, async (_, client) => {
        expect(await healthOf(client)).toMatchObject({
          status: 'ok',
          info: { probe: { status: 'up', servers: { [`127.0.0.1:${String(server.port)}`]: 'connected' } } },
        });
      }),
    ));

  it('reports one that cannot be reached as down, with the cause and the servers', () =>
    withProbe(1, {}, async (_, client) => {
      expect(await healthOf(client)).toMatchObject({
        status: 'error',
        error: {
          probe: {
            status: 'down',
            message: expect.stringMatching(/^Can't connect to 127\.0\.0\.1:1: /),
            servers: { '127.0.0.1:1': 'disconnected' },
          },
        },
      });
    }));

  it('reports one whose client was closed as down, and leaves it closed', () =>
    withThriftServer(probeHandlers, {}, (server) =>
      withProbe(server.port, {}, async (probe, client) => {
        expect(await healthOf(client)).toMatchObject({ status: 'ok' });
        await client.close();
        const message = 'The client was closed: call connect() to use it again';
        expect(await healthOf(client)).toMatchObject({ error: { probe: { status: 'down', message } } });
        expect(client.servers).toMatchObject([{ isConnected: false }]);
        await expect(probe.echo({ text: 'a' })).rejects.toMatchObject({ reason: 'closed' });
      }),
    ));

  it('reports one as down whose call fails or takes too long', () =>
    withThriftServer(probeHandlers, {}, (server) =>
      withProbe(server.port, {}, async (probe, client) => {
        const works = { call: () => probe.echo({ text: 'a' }), timeoutMs: 10_000 };
        expect(await healthOf(client, works)).toMatchObject({ status: 'ok' });
        const fails = { call: () => probe.fail(), timeoutMs: 10_000 };
        expect(await healthOf(client, fails)).toMatchObject({ error: { probe: { status: 'down' } } });
        const hangs = { call: () => new Promise(() => undefined), timeoutMs: 5 };
        expect(await healthOf(client, hangs)).toMatchObject({
          error: { probe: { message: 'no answer within 5 ms' } },
        });
      }),
    ));
});
