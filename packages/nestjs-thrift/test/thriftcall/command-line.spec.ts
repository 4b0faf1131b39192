import { describe, expect, it } from '@jest/globals';
import { HELP, readCommandLine, UsageError } from '../../src/thriftcall/command-line.js';
import { run } from './terminal.js';

const CALL = ['localhost:9090', 'call', 'A.b'];

/** The message of the error for a command line. */
function errorOf(...args: string[]): string {
  try {
    readCommandLine(args);
    return 'no error';
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
}

describe('the command line of thriftcall', () => {
  it('has defaults', () => {
    const line = readCommandLine(CALL);
    expect(line).toMatchObject({ verb: 'call', name: 'A.b', json: '{}', timeoutMs: 10_000, binary: 'base64' });
    expect(line).toMatchObject({ repeat: undefined, concurrency: 1, multiplexed: undefined, verbose: false });
    expect(line.client).toMatchObject({ host: 'localhost', port: 9090, protocol: 'binary', framing: 'unframed' });
    expect(line.client.tls).toBeUndefined();
  });

  it('has an option for everything', () => {
    const line = readCommandLine([
      ...['[::1]:1', 'call', 'A.b', '-', '--idl', 'a.thrift', '-I', 'x', '-I', 'y', '-p', 'compact', '-f', 'header'],
      ...['-H', 'token: a: b', '-H', 'x:1', '-t', '1.5s', '--binary', 'hex', '-v', '-c', '8', '-m', '--ca', 'ca.pem'],
      ...['--cert', 'c.pem', '--key', 'k.pem', '--servername', 'a', '--insecure', '--old-style'],
    ]);
    expect(line).toMatchObject({ idl: 'a.thrift', includePaths: ['x', 'y'], headers: { token: 'a: b', x: '1' } });
    expect(line).toMatchObject({ timeoutMs: 1_500, binary: 'hex', verbose: true, concurrency: 8, multiplexed: true });
    expect(line.client).toMatchObject({ host: '::1', port: 1, protocol: 'compact', framing: 'header', strict: false });
    const files = { caFile: 'ca.pem', certFile: 'c.pem', keyFile: 'k.pem' };
    expect(line.client.tls).toEqual({ ...files, servername: 'a', rejectUnauthorized: false });
  });

  it.each([
    [['unix:/run/a.sock', 'list'], { address: 'unix:/run/a.sock', client: { path: '/run/a.sock' } }],
    [['list', '--idl', 'a.thrift'], { address: '', verb: 'list' }],
    [['describe', 'A', '--idl', 'a.thrift'], { address: '', verb: 'describe', name: 'A' }],
    [[...CALL, '--no-multiplexed'], { multiplexed: false }],
    [[...CALL, '{}', '-n', '10'], { repeat: 10 }],
    [['--help', 'whatever'], { verb: 'help' }],
    [['--version'], { verb: 'version' }],
  ])('reads %j', (args, expected) => {
    expect(readCommandLine(args)).toMatchObject(expected);
  });

  it.each([
    [[], 'expected HOST:PORT and a command: list, describe NAME, or call SERVICE.METHOD'],
    [['localhost:9090'], "expected a command after 'localhost:9090': list, describe NAME, or call SERVICE.METHOD"],
    [
      ['localhost', 'list'],
      "'localhost' is no address: write HOST:PORT, like localhost:9090 or [::1]:9090, or unix:PATH",
    ],
    [['localhost:9090', 'show'], "unknown command 'show': expected list, describe or call after HOST:PORT"],
    [['localhost:9090', 'call'], 'expected a name after call: thriftcall localhost:9090 list shows what there is'],
    [
      [...CALL, '{"a":', '1}'],
      "'1}' is too much after call: is the JSON in quotes, so that the shell keeps it in one piece?",
    ],
    [[...CALL, '--zip'], /^Unknown option '--zip'/],
    [[...CALL, '-p', 'xml'], "--protocol must be one of binary, compact, json, got 'xml'"],
    [[...CALL, '-f', 'http'], "--framing must be one of unframed, framed, header, framed-header, ttheader, got 'http'"],
    [[...CALL, '-t', '5'], "--timeout must be a number with its unit, like 500ms, 10s or 2m, up to 24 hours, got '5'"],
    [[...CALL, '-n', '0'], "--repeat must be a whole number from 1 to 10000000, got '0'"],
    [[...CALL, '-c', 'x'], "--concurrency must be a whole number from 1 to 1000, got 'x'"],
    [
      [...CALL, '-', '-n', '2'],
      '--repeat makes one call many times: use it with `call SERVICE.METHOD JSON`, not with -',
    ],
    [
      [...CALL, '-H', 'a: b'],
      'only some dialects carry headers: add --framing header or --framing ttheader, or leave --header out',
    ],
    [[...CALL, '-H', 'a', '-f', 'header'], "--header 'a' has no name: write it as 'NAME: VALUE'"],
    [[...CALL, '--key', 'k.pem'], '--cert and --key belong together: give both'],
  ])('says what to do about %j', (args, message) => {
    const got = errorOf(...args);
    if (typeof message === 'string') expect(got).toBe(message);
    else expect(got).toMatch(message);
  });

  it('answers 2 with the usage', async () => {
    const { code, out, err } = await run(['localhost:9090', 'show']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^thriftcall: unknown command 'show'.*\nUsage: thriftcall HOST:PORT list/);
  });

  it('explains every option in its help', async () => {
    expect(await run(['-h'])).toEqual({ code: 0, out: HELP, err: '' });
    const options = readFlags();
    expect(options.length).toBeGreaterThan(20);
    for (const option of options) expect(HELP).toContain(option);
    expect(HELP.split('\n').filter((line) => line.length > 128)).toEqual([]);
  });
});

/** The options that the parser takes: it names none, so those of the documentation. */
function readFlags(): string[] {
  const names = ['idl', 'include', 'protocol', 'framing', 'old-style', 'multiplexed', 'header', 'timeout', 'binary'];
  const others = [
    'verbose',
    'tls',
    'ca',
    'cert',
    'key',
    'servername',
    'insecure',
    'repeat',
    'concurrency',
    'version',
    'help',
  ];
  return [...names, ...others, 'no-multiplexed'].map((name) => `--${name}`);
}
