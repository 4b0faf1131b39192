import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { closedError } from '../client/endpoints.js';
import type { ClientThrift } from './thrift-client.js';

export interface ThriftHealthOptions {
  /** Time after which it counts as down. Default 1,000. */
  readonly timeoutMs?: number;
  /** A call that shows that the service works. Default: none; a connection suffices. */
  readonly call?: () => Promise<unknown>;
}

/** The health of a service, as Terminus reports it. */
export interface ThriftHealth {
  readonly status: 'up' | 'down';
  /** Why it is down. */
  readonly message?: string;
  /** Whether the client is connected to each of its servers, by `host:port`. */
  readonly servers: Readonly<Record<string, 'connected' | 'disconnected'>>;
}

/** For `@nestjs/terminus`: `health.check([() => indicator.pingCheck('greeter', client)])`. */
@Injectable()
export class ThriftHealthIndicator {
  /** Whether the service of a client works: one of its servers can be reached, and the call resolves. */
  async pingCheck<Key extends string>(
    key: Key,
    client: ClientThrift,
    { timeoutMs = 1_000, call }: ThriftHealthOptions = {},
  ): Promise<Record<Key, ThriftHealth>> {
    const message = await failureOf(call ?? (() => reach(client)), timeoutMs);
    const states = client.servers.map(
      ({ server, isConnected }) => [server, isConnected ? 'connected' : 'disconnected'] as const,
    );
    const servers = Object.fromEntries(states);
    const health: ThriftHealth =
      message === undefined ? { status: 'up', servers } : { status: 'down', message, servers };
    return { [key]: health } as Record<Key, ThriftHealth>;
  }
}

/** Connects, but never a client that was closed: the application ends. */
async function reach(client: ClientThrift): Promise<void> {
  if (client.isClosed) throw closedError('no');
  await client.connect();
}

/** Why it fails; undefined when it succeeds in time. */
async function failureOf(check: () => Promise<unknown>, timeoutMs: number): Promise<string | undefined> {
  const timer = new AbortController();
  const late = delay(timeoutMs, `no answer within ${String(timeoutMs)} ms`, { signal: timer.signal, ref: false });
  late.catch(() => undefined);
  try {
    return await Promise.race([check().then(() => undefined), late]);
  } catch (error) {
    return (error as Error).message;
  } finally {
    timer.abort();
  }
}
