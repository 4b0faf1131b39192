import { of, Subject, throwError } from 'rxjs';
import { describe, expect, it } from '@jest/globals';
import type { ThriftContext } from '../../src/nest/context.js';
import type { MessageHeaders } from '../../src/framing/framing.js';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';

const [binary] = dialects as [Dialect];
const headed = dialects.filter(({ framing }) => framing.endsWith('header'));
const frame: MessageHeaders = { sequenceId: 5, outOfOrder: false, transforms: [], headers: new Map() };

describe('a listener of a server', () => {
  it('receives connections and calls, with peer, method, outcome and error', async () => {
    const heard: string[] = [];
    const handlers = {
      ...probeHandlers,
      fail: () => {
        throw new TypeError('broken');
      },
    };
    await withThriftServer(handlers, {}, async (listening) => {
      const { server } = listening;
      server.on('connect', ({ id }) => heard.push(`connect ${String(id)}`));
      server.on('callStart', ({ method, peer }) => heard.push(`start ${method.name} ${String(peer.id)}`));
      server.on('callEnd', ({ context, outcome, error }) =>
        heard.push(`end ${context.method.name} ${outcome} ${String(error !== undefined)}`),
      );
      server.on('disconnect', ({ protocol, framing }) =>
        heard.push(`disconnect ${String(protocol)} ${String(framing)}`),
      );
      const peer = await listening.connect();
      for (const method of ['echo', 'fail']) {
        await peer.write(binary.call(method, { text: 'x' }));
        await binary.reply(peer, method);
      }
      const gone = listening.next('disconnect');
      peer.end();
      await gone;
    });
    expect(heard).toEqual([
      'connect 1',
      'start echo 1',
      'end echo ok false',
      'start fail 1',
      'end fail error true',
      'disconnect binary unframed',
    ]);
  });

  it('receives the end of a call before the start of one that waited for it', async () => {
    const heard: string[] = [];
    await withThriftServer(probeHandlers, { limits: { maxCallsPerConnection: 1 } }, async (listening) => {
      const { server } = listening;
      server.on('callStart', () => heard.push('start'));
      server.on('callEnd', () => heard.push('end'));
      const peer = await listening.connect();
      await peer.write(Buffer.concat([binary.call('echo', { text: 'x' }), binary.call('echo', { text: 'y' })]));
      for (const success of ['x', 'y']) expect(await binary.reply(peer)).toMatchObject({ result: { success } });
    });
    expect(heard).toEqual(['start', 'end', 'start', 'end']);
  });

  it('can throw without affecting calls', async () => {
    await withThriftServer(probeHandlers, { limits: { maxCalls: 1 } }, async (listening) => {
      const { server } = listening;
      for (const event of ['connect', 'callStart', 'callEnd', 'rejection'] as const) {
        server.on(event, () => {
          throw new Error(`listener of ${event}`);
        });
      }
      const peer = await listening.connect();
      for (let i = 0; i < 3; i++) {
        await peer.write(binary.call('echo', { text: 'x' }));
        expect(await binary.reply(peer)).toMatchObject({ result: { success: 'x' } });
      }
      expect(server.load.calls).toBe(0);
    });
  });

  it("is called around each call by Nest's hooks", async () => {
    const heard: string[] = [];
    await withThriftServer(probeHandlers, {}, async (listening) => {
      const { server } = listening;
      server.setOnProcessingStartHook((_, context, done) => {
        heard.push(`start ${(context as ThriftContext).method.name}`);
        void done();
      });
      server.setOnProcessingEndHook((_, context) => heard.push(`end ${(context as ThriftContext).method.name}`));
      const peer = await listening.connect();
      await peer.write(binary.call('echo', { text: 'x' }));
      await binary.reply(peer);
      server.setOnProcessingStartHook(() => {
        throw new Error('a hook that fails');
      });
      await peer.write(binary.call('echo', { text: 'x' }));
      expect((await binary.reply(peer)).error?.message).toBe('Internal server error');
    });
    expect(heard).toEqual(['start echo', 'end echo']);
  });
});

describe('what a handler returns', () => {
  it.each([
    ['an Observable: its value', () => of('only'), { success: 'only' }],
    ['a promise of an Observable: the same', () => Promise.resolve(of('only')), { success: 'only' }],
  ])('%s', async (_, echo, result) => {
    await withThriftServer({ ...probeHandlers, echo }, {}, async (server) => {
      const peer = await server.connect();
      await peer.write(binary.call('echo', {}));
      expect((await binary.reply(peer)).result).toEqual(result);
    });
  });

  it.each([
    [
      'an Observable that fails',
      () => throwError(() => new TypeError('secret')),
      'INTERNAL_ERROR',
      /^Internal server error$/,
    ],
    ['an Observable of several values', () => of('first', 'last'), 'INTERNAL_ERROR', /^Internal server error$/],
    ['nothing where the IDL wants something', () => undefined, 'MISSING_RESULT', /^echo returned no value$/],
    ['a value of another type', () => ({ no: 'string' }), 'INTERNAL_ERROR', /^reply of echo: success: expected string/],
    [
      'more than fits a message',
      () => 'x'.repeat(2_000),
      'INTERNAL_ERROR',
      /^reply of echo: .+ more than the limit of 1024$/,
    ],
  ] as [string, () => unknown, string, RegExp][])('%s is an error', async (_, echo, code, message) => {
    await withThriftServer({ ...probeHandlers, echo }, { limits: { maxMessageBytes: 1_024 } }, async (server) => {
      const peer = await server.connect();
      await peer.write(binary.call('echo', {}));
      expect((await binary.reply(peer)).error).toMatchObject({ code, message: expect.stringMatching(message) });
    });
  });

  it('is unsubscribed when the call has its answer', async () => {
    const values = new Subject<string>();
    await withThriftServer(
      { ...probeHandlers, echo: () => values },
      { limits: { callTimeoutMs: 250 } },
      async (server) => {
        const peer = await server.connect();
        await peer.write(binary.call('echo', {}));
        expect((await binary.reply(peer)).error?.message).toMatch(/^Deadline exceeded/);
        expect(values.observed).toBe(false);
      },
    );
  });
});

describe.each(headed)('headers in $name', (dialect) => {
  const handlers = {
    ...probeHandlers,
    echo: ({ text }: { text: string }, context: ThriftContext) => {
      for (const [name, value] of context.headers) context.setHeader(`got-${name}`, value);
      if (text === 'too much') context.setHeader('big', 'x'.repeat(20_000));
      if (text === 'fail') throw new TypeError();
      return text;
    },
  };
  const ask = (text: string, transforms: readonly number[] = []): Buffer =>
    dialect.call('echo', { text }, { headers: { ...frame, transforms, headers: new Map([['trace', 'ü1']]) } });

  it('are read and written by the handler, on replies and on errors', async () => {
    await withThriftServer(handlers, {}, async (server) => {
      const peer = await server.connect();
      for (const text of ['fine', 'fail']) {
        await peer.write(ask(text));
        const { headers } = await dialect.reply(peer);
        expect(headers).toMatchObject({ sequenceId: 5, outOfOrder: false });
        expect(headers?.headers).toEqual(new Map([['got-trace', 'ü1']]));
      }
    });
  });

  it('are limited in a reply: the handler gets an error', async () => {
    await withThriftServer(handlers, {}, async (server) => {
      const peer = await server.connect();
      await peer.write(ask('too much'));
      const { error, headers } = await dialect.reply(peer);
      expect(error?.message).toBe('Internal server error');
      expect(headers?.headers).toEqual(new Map([['got-trace', 'ü1']]));
      const line = 'reply headers of 20014 characters, allowed: 16384: set fewer or shorter headers';
      expect(server.logLines).toContainEqual(expect.stringContaining(line));
    });
  });

  if (dialect.framing === 'ttheader') return;

  it('come with a compressed reply if the call was compressed', async () => {
    await withThriftServer(handlers, {}, async (server) => {
      const peer = await server.connect();
      await peer.write(ask('z'.repeat(100_000), [1]));
      const { result, headers } = await dialect.reply(peer);
      expect(result['success']).toHaveLength(100_000);
      expect(headers?.transforms).toEqual([1]);
      expect(peer.socket.bytesRead).toBeLessThan(2_000);
    });
  });
});
