import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { lastValueFrom } from 'rxjs';
import { ClientThrift } from '../../../../src/infrastructure/thrift/client.js';
import type { ThriftClientOptions } from '../../../../src/infrastructure/thrift/client/client-options.js';
import type { ThriftContext } from '../../../../src/infrastructure/thrift/context.js';
import { ThriftError, ThriftException } from '../../../../src/infrastructure/thrift/errors.js';
import { probeHandlers, probeSchema } from '../../../support/thrift-probe.js';
import { TestServer } from '../../../support/thrift-server.js';

interface Probe {
  echo(args: { text?: string }, options?: object): Promise<string>;
  nothing(): Promise<void>;
  tell(args: { text: string }): Promise<void>;
  fail(): Promise<void>;
  count(args: object): Promise<number>;
}

let server: TestServer;
let client: ClientThrift;
const told: string[] = [];
const contexts: ThriftContext[] = [];

beforeAll(async () => {
  server = await TestServer.start({
    ...probeHandlers,
    echo: ({ text }: { text: string }, context) => {
      contexts.push(context);
      if (text === 'said') throw new ThriftError('INTERNAL_ERROR', 'said by the handler');
      return text;
    },
    tell: ({ text }: { text: string }) => told.push(text),
    fail: () => {
      throw new ThriftException('Oops', { message: 'declared' });
    },
  });
});
afterEach(() => client.close());
afterAll(() => server.close());

function connect(options: Partial<ThriftClientOptions> = {}): Probe {
  client = new ClientThrift({ idl: probeSchema, host: '127.0.0.1', port: server.port, ...options });
  return client.getService<Probe>('Probe');
}

const dialects = (['binary', 'compact', 'json'] as const).flatMap((protocol) =>
  (['unframed', 'framed', 'header'] as const).map((framing) => ({ protocol, framing })),
);

describe.each(dialects.filter(({ protocol, framing }) => protocol !== 'json' || framing !== 'header'))(
  'a client that speaks $protocol $framing',
  (dialect) => {
    it('gets the value', async () => {
      const probe = connect(dialect);
      expect(await probe.echo({ text: 'Grüße' })).toBe('Grüße');
      expect(await probe.nothing()).toBeUndefined();
      expect(await lastValueFrom(client.send({ service: 'Probe', method: 'nothing' }, {}))).toBeNull();
    });
  },
);
