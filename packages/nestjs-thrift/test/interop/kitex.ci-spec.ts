import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { findGoProgram } from '@tasks/testing/go-program';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram, runProgram } from '@tasks/testing/run-program';
import {
  ClientThrift,
  loadSchema,
  ThriftException,
  type ThriftCallOptions,
  type ThriftContext,
} from '../../src/index.js';
import { TestServer } from '../support/thrift-server.js';
import { run } from '../thriftcall/terminal.js';

jest.setTimeout(300_000);

const FOLDER = 'packages/nestjs-thrift/test/interop/kitex';
const IDL = `${FOLDER}/echo.thrift`;
const kitex = findGoProgram(FOLDER, 'kitex');
const describeWithKitex = kitex === undefined ? describe.skip : describe;
const program = kitex ?? '';

interface Answer {
  readonly name: string;
  readonly reply: string;
  readonly error?: string;
}

interface Request {
  readonly text: string;
  readonly ms?: number;
}

interface Echo extends Record<string, unknown> {
  echo(args: { request: Request }, options?: ThriftCallOptions): Promise<{ text: string }>;
}

describeWithKitex('A client of Kitex', () => {
  let server: TestServer;
  const seen: Map<string, string>[] = [];

  beforeAll(async () => {
    server = await TestServer.start(
      {
        echo: async ({ request: { text, ms = 0 } }: { request: Request }, { headers }: ThriftContext) => {
          seen.push(new Map(headers));
          if (text === 'refuse') throw new ThriftException('Refused', { code: 7, message: 'no' });
          if (text === 'fail') throw new Error('secret');
          await delay(ms);
          return { text };
        },
      },
      { idl: IDL },
    );
  });
  afterAll(() => server.close());

  it.each([
    ['framed', 'long'],
    ['ttheader', 'long'],
    ['ttheader-framed', 'long'],
    ['ttheader', 'multiplexed'],
    ['ttheader-framed', 'multiplexed'],
  ])('of %s on %s connections is answered', async (transport, connections) => {
    seen.length = 0;
    const { port } = server;
    const args = ['client', IDL, `127.0.0.1:${String(port)}`, transport, connections];
    const { code, stdout, stderr } = await runProgram(program, args, { cwd: projectRoot });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const answers = new Map(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Answer)
        .map((answer) => [answer.name, answer]),
    );
    expect(answers.get('echo')).toEqual({ name: 'echo', reply: 'grüße' });
    expect(answers.get('refused')?.error).toContain('"code":7');
    expect(answers.get('failed')?.error).toContain('Internal server error');
    expect(answers.get('again')?.reply).toBe('again');
    expect(answers.get('concurrent')?.reply).toBe('50');
    const [headers] = seen;
    if (transport === 'framed') expect(headers?.size).toBe(0);
    // 9 is Kitex's ToMethod.
    else expect(headers).toEqual(expect.objectContaining(new Map([['9', 'echo']])));
  });
});

describeWithKitex('A server of Kitex', () => {
  let server: RunningProgram;
  let port: number;

  beforeAll(async () => {
    server = new RunningProgram(program, ['server', IDL], { cwd: projectRoot });
    const [, text] = await server.printed(/^(\d+)$/m);
    port = Number(text);
  });
  afterAll(() => {
    server[Symbol.dispose]();
  });

  it.each(['framed', 'ttheader'] as const)('answers a client of %s', async (framing) => {
    const idl = loadSchema(IDL);
    const client = new ClientThrift({ idl, host: '127.0.0.1', port, framing });
    try {
      const echo = client.getService<Echo>('Echo');
      expect(await echo.echo({ request: { text: 'grüße' } })).toEqual({ text: 'grüße' });
      await expect(echo.echo({ request: { text: 'fail' } })).rejects.toThrow(/cannot/);
      const texts = Array.from({ length: 50 }, (_, index) => String(index));
      const calls = texts.map((text, index) => echo.echo({ request: { text, ms: (index * 7) % 20 } }));
      expect((await Promise.all(calls)).map(({ text }) => text)).toEqual(texts);
    } finally {
      await client.close();
    }
  });

  it.each([
    ['framed', [], 'for '],
    ['ttheader', ['-H', 'RPC_TRANSIT_TENANT: acme'], 'for acme'],
  ])('answers thriftcall in %s', async (framing, header, text) => {
    const call = [`127.0.0.1:${String(port)}`, 'call', 'Echo.echo', '{"request": {"text": "for "}}'];
    const { code, out } = await run([...call, '--idl', IDL, '--framing', framing, ...header]);
    expect([code, JSON.parse(out)]).toEqual([0, { text }]);
  });

  it('receives text headers in TTHeader', async () => {
    const client = new ClientThrift({ idl: loadSchema(IDL), host: '127.0.0.1', port, framing: 'ttheader' });
    try {
      const headers = { RPC_TRANSIT_TENANT: 'acme' };
      const reply = await client.getService<Echo>('Echo').echo({ request: { text: 'for ' } }, { headers });
      expect(reply).toEqual({ text: 'for acme' });
    } finally {
      await client.close();
    }
  });
});
