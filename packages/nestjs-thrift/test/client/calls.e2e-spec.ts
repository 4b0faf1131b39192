import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClientThrift } from '../../src/nest/thrift-client.js';
import type { ThriftContext } from '../../src/nest/context.js';
import { ThriftStartError } from '../../src/errors.js';
import { ThriftError, ThriftException } from '../../src/nest/rpc-exceptions.js';
import { probeHandlers, probeSchema } from '../support/thrift-probe.js';
import { TestServer, withThriftServer } from '../support/thrift-server.js';
import { rejectionOf, withProbe } from './probe-client.js';

let server: TestServer;
const received: string[] = [];
const contexts: ThriftContext[] = [];

beforeAll(async () => {
  server = await TestServer.start({
    ...probeHandlers,
    echo: ({ text }: { text?: string }, context) => {
      contexts.push(context);
      context.setHeader('answer', 'yes');
      if (text === undefined) throw new ThriftError('INVALID_TRANSFORM', 'said by the handler');
      return text;
    },
    tell: ({ text }: { text: string }) => received.push(text),
    fail: () => {
      throw new ThriftException('Oops', { message: 'declared' });
    },
    'Other.echo': ({ text }: { text: string }) => `other ${text}`,
  });
});
afterAll(() => server.close());

const framings = ['unframed', 'framed', 'header', 'framed-header', 'ttheader'] as const;
const modern = (['binary', 'compact', 'json'] as const)
  .flatMap((protocol) => framings.map((framing) => ({ protocol, framing, strict: true })))
  .filter(({ protocol, framing }) => protocol !== 'json' || !framing.endsWith('header'));
const oldStyle = (['unframed', 'framed'] as const).map(
  (framing) => ({ protocol: 'binary', framing, strict: false }) as const,
);
const dialects = [...modern, ...oldStyle];

describe.each(dialects)('a client that speaks $protocol $framing, strict $strict,', (dialect) => {
  it('gets the value', () =>
    withProbe(server.port, dialect, async (probe) => {
      expect(await probe.echo({ text: 'Grüße' })).toBe('Grüße');
      expect((await probe.large({ bytes: 300_000 })).equals(Buffer.alloc(300_000, 'x'))).toBe(true);
      expect(await probe.count({ texts: ['a', 'b'] })).toBe(2);
    }));

  it('gets undefined for void, and sends {} where a call has no arguments', () =>
    withProbe(server.port, dialect, async (probe) => {
      await expect(probe.nothing()).resolves.toBeUndefined();
    }));

  it('rejects with the declared exception', () =>
    withProbe(server.port, dialect, async (probe) => {
      const error = await rejectionOf(probe.fail());
      expect(error).toBeInstanceOf(ThriftException);
      expect(error).toMatchObject({ type: 'Oops', value: { message: 'declared' }, message: 'declared' });
    }));

  it('rejects with other errors of the server, and their code', () =>
    withProbe(server.port, dialect, async (probe) => {
      const error = await rejectionOf(probe.echo({}));
      expect(error).toBeInstanceOf(ThriftError);
      expect(error).toMatchObject({ code: 'INVALID_TRANSFORM', message: 'said by the handler' });
    }));

  it('sends a oneway call and does not wait for a reply', () =>
    withProbe(server.port, dialect, async (probe) => {
      const text = JSON.stringify(dialect);
      await expect(probe.tell({ text })).resolves.toBeUndefined();
      await probe.nothing();
      expect(received.at(-1)).toBe(text);
    }));

  it('keeps many calls apart on one connection', () =>
    withProbe(server.port, dialect, async (probe) => {
      const texts = Array.from({ length: 500 }, (_, n) => `text ${String(n)}`);
      expect(await Promise.all(texts.map((text) => probe.echo({ text })))).toEqual(texts);
      expect(server.server.load.connections).toBe(1);
    }));

  it('names the argument that does not fit, and sends nothing', () =>
    withProbe(server.port, dialect, async (probe) => {
      const before = contexts.length;
      const error = await rejectionOf(probe.echo({ text: 7 as unknown as string }));
      expect(error).toMatchObject({ code: 'PROTOCOL_ERROR', message: 'text: expected string, got number' });
      expect(await probe.echo({ text: 'after' })).toBe('after');
      expect(contexts.length).toBe(before + 1);
    }));
});

describe('a client with THeader', () => {
  it('sends headers and its deadline, and gets the headers of the reply', () =>
    withProbe(server.port, { framing: 'header' }, async (probe) => {
      const got: (string | undefined)[] = [];
      const onReplyHeaders = (headers: ReadonlyMap<string, string>): unknown => got.push(headers.get('answer'));
      await probe.echo({ text: 'x' }, { headers: { tenant: 'blue' }, timeoutMs: 20_000, onReplyHeaders });
      const context = contexts.at(-1) as ThriftContext;
      expect(context.headers.get('tenant')).toBe('blue');
      expect(Number(context.headers.get('client_timeout'))).toBeGreaterThan(10_000);
      expect(context.remainingMs).toBeLessThanOrEqual(20_000);
      expect(got).toEqual(['yes']);
    }));

  it('treats an error of the headers callback as an error of that call only', () =>
    withProbe(server.port, { framing: 'header' }, async (probe) => {
      const onReplyHeaders = (): void => {
        throw new Error('mine');
      };
      const other = probe.echo({ text: 'other' });
      expect(await rejectionOf(probe.echo({ text: 'x' }, { onReplyHeaders }))).toMatchObject({ message: 'mine' });
      expect(await other).toBe('other');
    }));
});

describe('a multiplexed client', () => {
  it('reaches every service by its name', () =>
    withProbe(server.port, { multiplexed: true, protocol: 'compact' }, async (probe, client) => {
      expect(await probe.echo({ text: 'x' })).toBe('x');
      const other = client.getService<{ echo(args: object): Promise<string> }>('Other');
      expect(await other.echo({ text: 'x' })).toBe('other x');
    }));

  it('names the existing services', () =>
    withProbe(server.port, {}, (_, client) => {
      expect(() => client.getService('Nope')).toThrow(ThriftStartError);
      expect(() => client.getService('Nope')).toThrow('probe.thrift has no service Nope, only Probe, Other');
      return Promise.resolve();
    }));
});

it('a client with strict off writes no version', () =>
  withThriftServer(probeHandlers, { strict: true }, (strictServer) =>
    withProbe(strictServer.port, { strict: false }, async (probe) => {
      expect(await rejectionOf(probe.echo({ text: 'x' }))).toMatchObject({
        message: expect.stringContaining('binary messages without a version are not accepted here'),
      });
    }),
  ));

it('rejects invalid options by name', () => {
  const options = { idl: probeSchema };
  expect(() => new ClientThrift({ ...options, port: 0 })).toThrow('port is 0: a client needs one from 1 to 65535');
  expect(() => new ClientThrift({ ...options, maxRetries: -1 })).toThrow('maxRetries is -1, allowed are 0 to 100');
  expect(() => new ClientThrift({ ...options, framing: 'header', protocol: 'json' })).toThrow('THeader');
  expect(() => new ClientThrift({ ...options, strict: false, protocol: 'compact' })).toThrow(
    'strict is false, but protocol is compact: only binary has an old style, framed or unframed',
  );
  expect(() => new ClientThrift({ ...options, strict: false, framing: 'header' })).toThrow('framing is header');
  expect(() => new ClientThrift({ ...options, limits: { maxDepth: 1 } })).toThrow(RangeError);
});

it('rejects with a stack that includes the caller', async () => {
  await withThriftServer(
    { echo: () => Promise.reject(new ThriftError('INTERNAL_ERROR', 'no')) },
    {},
    async ({ port }) => {
      await withProbe(port, {}, async (probe) => {
        const callTheProbe = async (): Promise<string> => await probe.echo({ text: 'x' });
        const error = (await rejectionOf(callTheProbe())) as Error;
        expect(error.stack).toMatch(/^ThriftError: no\n[^]*\n +at (?:async )?callTheProbe \(.*calls\.e2e-spec/);
      });
    },
  );
});
