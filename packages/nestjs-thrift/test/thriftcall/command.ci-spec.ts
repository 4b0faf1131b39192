import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Certificates } from '@tasks/testing/certificates';
import { projectRoot } from '@tasks/testing/project-copy';
import { runProgram } from '@tasks/testing/run-program';
import { parseSchema } from '../../src/idl/load-schema.js';
import type { ThriftContext } from '../../src/nest/context.js';
import { ThriftError, ThriftException } from '../../src/nest/rpc-exceptions.js';
import { TestServer, withThriftServer, type Handlers } from '../support/thrift-server.js';
import { run } from './terminal.js';

const IDL = `
include "people.thrift"

enum Tone { PLAIN = 1, WARM = 2 }

/** A greeting. */
struct Greeting {
  1: required string text
  2: required i64 count
  3: Tone tone
  4: binary seal
  5: map<i32, double> scores
}

exception Rejected { 1: required string message, 2: Tone tone }

/** Greets. */
service Greeter {
  /**
   * Greets somebody.
   * By name.
   */
  Greeting greet(1: required string name, 2: i64 count = 1, 3: binary seal) throws (1: Rejected rejected)
  void wait(
    /** Milliseconds. */
    1: i32 ms
  )
  oneway void tell(1: string text)
  string header(1: string name)
}

service Other { string greet() }
`;
const PEOPLE = 'struct Person { 1: string name } service People { Person get(1: Person like) }';
const texts: Readonly<Record<string, string>> = { 'people.thrift': PEOPLE };
const schema = parseSchema(IDL, 'greeter.thrift', { include: (path) => texts[path] ?? '' });

const told: string[] = [];
const handlers: Handlers = {
  greet: ({ name, count, seal }: { name: string; count: bigint; seal?: Buffer }) => {
    if (name === '') throw new ThriftException('Rejected', { message: 'no name', tone: 2 });
    if (name === 'broken') throw new ThriftError('INTERNAL_ERROR', 'broken\u001b[2J');
    return { text: `Hello, ${name}`, count, tone: 2, seal, scores: new Map([[1, NaN]]) };
  },
  wait: async ({ ms }: { ms: number }, { signal }: ThriftContext) => {
    await once(signal, 'abort', { signal: AbortSignal.timeout(ms) }).catch(() => undefined);
  },
  tell: ({ text }: { text: string }) => void told.push(text),
  header: ({ name }: { name: string }, context: ThriftContext) => {
    context.setHeader('answered', 'yes');
    return context.headers.get(name) ?? 'none';
  },
  'Other/greet': () => 'another greeting',
  'people.People/get': ({ like }: { like: object }) => like,
};

const dialects = [
  ...[['unframed'], ['framed']].flatMap(([framing]) =>
    ['binary', 'compact', 'json'].map((protocol) => [protocol, framing]),
  ),
  ...['header', 'framed-header', 'ttheader'].flatMap((framing) =>
    ['binary', 'compact'].map((protocol) => [protocol, framing]),
  ),
] as [string, string][];

let server: TestServer;
let address: string;
const files = mkdtempSync(join(tmpdir(), 'thriftcall-'));
const idl = ['--idl', join(files, 'greeter.thrift')];

beforeAll(async () => {
  writeFileSync(join(files, 'greeter.thrift'), IDL);
  writeFileSync(join(files, 'people.thrift'), PEOPLE);
  server = await TestServer.start(handlers, { idl: schema, health: () => ({ ok: true, message: 'OK' }) });
  address = `127.0.0.1:${String(server.port)}`;
});

afterAll(async () => {
  await server.close();
  rmSync(files, { recursive: true });
});

describe('thriftcall', () => {
  it.each(dialects)('finds and calls a method by reflection in %s, %s', async (protocol, framing) => {
    const dialect = ['--protocol', protocol, '--framing', framing];
    const { out: list } = await run([address, 'list', ...dialect]);
    expect(list).toContain('\nOther.greet\n');
    const json = '{"name": "Ada", "count": "9007199254740993", "seal": "AAE="}';
    const { code, out, err } = await run([address, 'call', 'Greeter.greet', json, ...dialect]);
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual({
      text: 'Hello, Ada',
      count: '9007199254740993',
      tone: 'WARM',
      seal: 'AAE=',
      scores: [[1, 'NaN']],
    });
    expect(await run([address, 'call', 'Other.greet', ...dialect])).toMatchObject({
      code: 0,
      out: '"another greeting"\n',
    });
  });

  it.each([...dialects, ['binary', 'unframed', '--old-style'], ['binary', 'framed', '--old-style']])(
    'calls by a file of the IDL and plain names in %s, %s %s',
    async (protocol, framing, ...more) => {
      const args = [
        address,
        'call',
        'Greeter.greet',
        '{"name": "Ada"}',
        ...idl,
        '-p',
        protocol,
        '-f',
        framing,
        ...more,
      ];
      const { code, out } = await run(args);
      expect([code, JSON.parse(out)]).toMatchObject([0, { text: 'Hello, Ada', count: 1 }]);
    },
  );

  it('lists all methods, with the first lines of their comments', async () => {
    const listed = [
      `${'Greeter.greet'.padEnd(19)}Greets somebody.\n`,
      'Greeter.wait\nGreeter.tell\nGreeter.header\nOther.greet\npeople.People.get\n',
    ].join('');
    expect(await run([address, 'list'])).toEqual({ code: 0, out: listed, err: '' });
    expect(await run(['list', ...idl])).toEqual({ code: 0, out: listed, err: '' });
  });

  it('describes a method with its types and an example that can be called', async () => {
    const { code, out } = await run([address, 'describe', 'Greeter.greet']);
    expect(code).toBe(0);
    expect(out).toContain(
      '/**\n * Greets somebody.\n * By name.\n */\nGreeting greet(1: required string name, 2: i64 count = 1,',
    );
    expect(out).toContain('/** A greeting. */\nstruct Greeting {\n  1: required string text\n');
    expect(out).toContain('enum Tone {\n  PLAIN = 1\n  WARM = 2\n}\n');
    expect(out).toContain('exception Rejected {');
    const [, json = ''] = /\n# Example\nthriftcall 127\S+ call Greeter\.greet '(.*)'\n$/.exec(out) ?? [];
    expect(json).toBe('{"name":"","count":1,"seal":""}');
    const framed = await run([address, 'describe', 'Other.greet', ...idl, '-f', 'framed', '-m']);
    const example = framed.out.trimEnd().split('\n').at(-1)?.split(' ').slice(1) ?? [];
    expect(example).toEqual([...idl, '--framing', 'framed', '--multiplexed', address, 'call', 'Other.greet']);
    expect(await run(example)).toMatchObject({ code: 0, out: '"another greeting"\n' });
  });

  it.each([
    ['Greeter', /^\/\*\* Greets\. \*\/\nservice Greeter \{\n/],
    ['Tone', /^enum Tone \{/],
    ['people.Person', /^struct people\.Person \{\n {2}1: string name\n\}\n$/],
    ['Greeter.wait', /^void wait\(\n {2}\/\*\* Milliseconds\. \*\/\n {2}1: i32 ms\n\)\n/],
    ['people.People.get', /^people\.Person get\(1: people\.Person like\)\n/],
    ['Meta.health', /^\/\*\* Whether the service works\. \*\/\nHealthStatus health\(\)\n/],
  ])('describes %s', async (name, text) => {
    const { code, out } = await run([address, 'describe', name]);
    expect(code).toBe(0);
    expect(out).toMatch(text);
  });

  it('asks for the health without an IDL', async () => {
    const { code, out } = await run([address, 'call', 'Meta.health']);
    expect([code, JSON.parse(out)]).toEqual([0, { ok: true, message: 'OK' }]);
  });

  it.each([
    ['null for void', ['Greeter.wait', '{"ms": 1}'], 'null\n'],
    ['null once a oneway call is sent', ['Greeter.tell', '{"text": "bye"}'], 'null\n'],
    ['a struct of an included file', ['people.People.get', '{"like": {"name": "Ada"}}'], '{\n  "name": "Ada"\n}\n'],
  ])('prints %s', async (_, call, out) => {
    expect(await run([address, 'call', ...call])).toEqual({ code: 0, out, err: '' });
  });

  it.each([
    ['text', 'hi'],
    ['hex', '6869'],
  ])('reads and writes binary as %s', async (binary, seal) => {
    const { out } = await run([
      address,
      'call',
      'Greeter.greet',
      `{"name": "A", "seal": "${seal}"}`,
      '--binary',
      binary,
    ]);
    expect(JSON.parse(out)).toMatchObject({ seal });
  });

  it('sends headers, and shows those of the reply', async () => {
    const header = ['--framing', 'header', '--header', 'token: secret', '--verbose'];
    const { code, out, err } = await run([address, 'call', 'Greeter.header', '{"name": "token"}', ...header]);
    expect([code, out]).toEqual([0, '"secret"\n']);
    expect(err).toMatch(
      /^> Greeter:header to 127\S+ \(binary, header\)\n> token: secret\n[^]*< answered: yes\n[^]*< after \d+\.\d ms\n$/,
    );
  });

  it('prints a declared exception by its type, and answers 1', async () => {
    const { code, out, err } = await run([address, 'call', 'Greeter.greet', '{"name": ""}']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe('thriftcall: Greeter.greet threw Rejected {\n  "message": "no name",\n  "tone": "WARM"\n}\n');
  });

  it('prints any other error with its code, and nothing that controls the terminal', async () => {
    const { code, err } = await run([address, 'call', 'Greeter.greet', '{"name": "broken"}']);
    expect([code, err]).toEqual([1, 'thriftcall: Greeter.greet failed: INTERNAL_ERROR: broken\\u{1b}[2J\n']);
  });

  it('reads a call from each line of standard input, and goes on after a bad one', async () => {
    const lines = ['{"name": "A"}', '', '{"name": 7}', '{"name": ""}', '{"name": "B"', '{"name": "C", "count": 2}'];
    for (const concurrency of ['1', '3']) {
      const { code, out, err } = await run(
        [address, 'call', 'Greeter.greet', '-', '-c', concurrency],
        lines.join('\n'),
      );
      expect(code).toBe(1);
      const greetings = out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { text: string });
      expect(greetings.map(({ text }) => text)).toEqual(['Hello, A', 'Hello, C']);
      const errors = err.trimEnd().split('\n');
      expect(errors[0]).toBe(
        'thriftcall: line 3: the arguments do not fit Greeter.greet: name: expected a string, got 7',
      );
      expect(errors[1]).toBe('thriftcall: line 4: Greeter.greet threw Rejected {"message":"no name","tone":"WARM"}');
      expect(errors[2]).toMatch(/^thriftcall: line 5: the arguments are not JSON: /);
      expect(errors).toHaveLength(3);
    }
  });

  it('answers each line before the next one is there', async () => {
    const input = new PassThrough();
    const printed = new PassThrough();
    const out = (text: string): void => void printed.write(text);
    const running = run([address, 'call', 'Greeter.header', '-', '-c', '2'], '', { input, out });
    for (let i = 0; i < 3; i++) {
      input.write('{"name": "x"}\n');
      expect(String(((await once(printed, 'data')) as [Buffer])[0])).toBe('"none"\n');
    }
    input.end();
    expect((await running).code).toBe(0);
  });

  it('repeats a call over several connections, and reports latencies', async () => {
    const load = ['--repeat', '50', '--concurrency', '4'];
    const { code, out, err } = await run([address, 'call', 'Greeter.greet', '{"name": "A"}', ...load]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^50 calls over 4 connections in \d+\.\d\d s: \d+ calls\/s, 0 failed\nlatency: min [\d.]+ ms, p50 .*, max [\d.]+ ms\n$/,
    );
  });

  it('counts what fails in repeated calls, and answers 1', async () => {
    const { code, out } = await run([address, 'call', 'Greeter.greet', '{"name": ""}', '-n', '3']);
    expect(code).toBe(1);
    expect(out).toMatch(/^3 calls over 1 connection in .* 3 failed\n/);
    expect(out).toContain('\n3 failed: Greeter.greet threw Rejected {"message":"no name","tone":"WARM"}\n');
  });

  it('reports what it has when repeated calls are interrupted', async () => {
    const interrupt = new AbortController();
    const timer = setInterval(() => {
      if (server.server.load.calls > 0) interrupt.abort();
    }, 1);
    const { code, out } = await run([address, 'call', 'Greeter.wait', '{"ms": 20}', '-n', '1000000'], '', {
      signal: interrupt.signal,
    });
    clearInterval(timer);
    expect([code, out]).toEqual([1, expect.stringMatching(/^\d+ calls over 1 connection/)]);
  });

  it('shows a person how far repeated calls are', async () => {
    const { err } = await run([address, 'call', 'Greeter.wait', '{"ms": 300}', '-n', '2'], '', { isWatched: true });
    const start = '\r\u001b[K';
    expect(err.startsWith(`${start}0 of 2 calls, 0 failed${start}`)).toBe(true);
    expect(err.endsWith(start)).toBe(true);
  });

  it.each([
    [['call', 'Greeter.great'], "the IDL has no method 'Greeter.great': did you mean Greeter.greet, or Other.greet?"],
    [['call', 'greet'], "the IDL has no method 'greet': did you mean Greeter.greet, or Other.greet?"],
    [['describe', 'Ton'], "the IDL defines no 'Ton': did you mean Tone?"],
    [['call', 'Greeter.greet', '{name: 1}'], 'the arguments are not JSON: '],
    [
      ['call', 'Greeter.greet', '{}'],
      'the arguments do not fit Greeter.greet: name: expected string, since the field is required',
    ],
    [
      ['call', 'Greeter.greet', '{"name": "a", "count": 9007199254740993}'],
      'count: expected an i64 beyond 2^53 as a string',
    ],
    [['call', 'Other.greet', '{}', '-p', 'json', '-f', 'header', ...idl], 'carry only binary and compact'],
    [['list', '--idl', 'missing.thrift'], 'missing.thrift:1:1: expected a file that can be read'],
    [['list', '--ca', 'missing.pem'], "TLS: ENOENT: no such file or directory, open 'missing.pem'"],
  ])('calls nothing and answers 2 for %j', async (args, message) => {
    const { code, out, err } = await run([address, ...args]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err).toMatch(/^thriftcall: /);
  });

  it('names the deadline and the option for it', async () => {
    const { code, err } = await run([address, 'call', 'Greeter.wait', '{"ms": 60000}', '--timeout', '50ms', ...idl]);
    expect(code).toBe(1);
    expect(err).toMatch(/^thriftcall: Greeter\.wait failed: .*\nAllow more time by --timeout\. Does the server speak/);
  });

  it('suggests other names for a method that the server does not know', async () => {
    const other = ['--idl', join(files, 'people.thrift')];
    const { code, err } = await run([address, 'call', 'People.get', ...other]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^thriftcall: People\.get is called without arguments; it takes like\nthriftcall: People\.get failed: UNKNOWN_METHOD: .*\nNames were sent plain; .*try --multiplexed\n$/,
    );
    const good = await run([address, 'call', 'People.get', '{"like": {}}', ...other, '--multiplexed']);
    expect(good).toMatchObject({ code: 0, err: '' });
  });

  it('asks for a file where the server does not tell its IDL', async () => {
    await withThriftServer({ 'Other/greet': () => '' }, { idl: schema, reflection: false }, async ({ port }) => {
      const { code, err } = await run([`127.0.0.1:${String(port)}`, 'list']);
      expect(code).toBe(1);
      expect(err).toMatch(/^thriftcall: the server has no reflection: give its IDL by --idl FILE/);
    });
  });

  it('answers 1 where nobody listens', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const at = `127.0.0.1:${String((closed.address() as AddressInfo).port)}`;
    closed.close();
    await once(closed, 'close');
    const { code, err } = await run([at, 'list']);
    expect(code).toBe(1);
    expect(err).toContain(`Is ${at} right, and does the server run?`);
  });

  it('speaks TLS with a certificate of its own', async () => {
    using certificates = new Certificates();
    const { caFile } = certificates;
    const tls = { ...certificates.issue('localhost', 'server'), caFile };
    const own = certificates.issue('ops', 'ops');
    await withThriftServer(handlers, { idl: schema, tls, reflection: true }, async ({ port }) => {
      const at = `localhost:${String(port)}`;
      const call = [at, 'call', 'Other.greet', '--ca', caFile];
      expect(await run([...call, '--cert', own.certFile, '--key', own.keyFile])).toMatchObject({ code: 0, err: '' });
      const { code, err } = await run(call);
      expect(code).toBe(1);
      expect(err).toContain('requires a client certificate');
      const untrusted = await run([at, 'call', 'Other.greet', '--tls']);
      expect([untrusted.code, untrusted.err]).toEqual([1, expect.stringContaining('The options for TLS are --ca')]);
    });
  });

  it('is a program', async () => {
    const args = ['packages/nestjs-thrift/bin/thriftcall.js', address, 'call', 'Greeter.greet', '{"name": "Ada"}'];
    const { code, stdout, stderr } = await runProgram(process.execPath, args, { cwd: projectRoot });
    expect([code, stderr, JSON.parse(stdout)]).toMatchObject([0, '', { text: 'Hello, Ada' }]);
  });
});
