import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import type { ThriftClientOptions } from '../../src/client/client-options.js';
import { ClientThrift } from '../../src/nest/thrift-client.js';
import { Certificates } from '@tasks/testing/certificates';
import { thriftTestSchema } from '../support/thrift-test/start-thrift-test-server.js';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram, runProgram } from '@tasks/testing/run-program';
import { dialects, nameOf, type Dialect } from './dialects.js';
import type { Reply, RunningPeer } from './peer.js';
import { npmPeer } from './peers.js';

jest.setTimeout(60_000);

const LIMIT = 50;
const command = ['run', '--silent', '-w', 'nestjs-thrift', 'thrift-test-server', '--'];

describe('npm run thrift-test-server', () => {
  let program: RunningProgram;
  let port: number;
  let client: RunningPeer;
  beforeAll(async () => {
    const limits = ['--string-limit', String(LIMIT), '--container-limit', String(LIMIT)];
    program = new RunningProgram('npm', [...command, '--port', '0', '--host', '127.0.0.1', ...limits], {
      cwd: projectRoot,
    });
    const [, printed] = await program.printed(/listens on 127\.0\.0\.1:(\d+)/);
    port = Number(printed);
    client = npmPeer.start(thriftTestSchema());
  });
  afterAll(async () => {
    await client.stop();
    program[Symbol.dispose]();
    await program.ended();
  });

  const call = async (dialect: Dialect, method: string, thing: string | number[]): Promise<Reply> => {
    const connection = await client.connect({ port, dialect, multiplexed: false });
    const reply = await connection.call('ThriftTest', method, { thing });
    await connection.close();
    return reply;
  };

  it.each(dialects.map((dialect): [string, Dialect] => [nameOf(dialect), dialect]))(
    'accepts a string and a list of the limit, and rejects longer ones: %s',
    async (_name, dialect) => {
      const text = 'x'.repeat(LIMIT);
      const list = Array.from(text, () => 7);
      expect(await call(dialect, 'testString', text)).toMatchObject({ result: { success: text } });
      expect(await call(dialect, 'testList', list)).toMatchObject({ result: { success: list } });
      expect(await call(dialect, 'testString', `${text}x`)).toMatchObject({
        error: { type: 7, message: expect.stringMatching(/\b51\b/) },
      });
      expect(await call(dialect, 'testList', [...list, 7])).toMatchObject({
        error: { type: 7, message: expect.stringMatching(/\b51\b/) },
      });
    },
  );

  /** Starts another server, and returns what a ClientThrift with these options gets from it. */
  async function ask(
    args: readonly string[],
    options: (port: number) => Partial<ThriftClientOptions>,
  ): Promise<unknown> {
    const other = new RunningProgram('npm', [...command, ...args], { cwd: projectRoot });
    try {
      const [, printed] = await other.printed(/listens on (?:127\.0\.0\.1:(\d+)|\/)/);
      const caller = new ClientThrift({ idl: thriftTestSchema(), host: '127.0.0.1', ...options(Number(printed)) });
      const pattern = { service: 'ThriftTest', method: 'testString' };
      const answer = await firstValueFrom(caller.send(pattern, { thing: 'hello' })).catch((error: unknown) => error);
      await caller.close();
      return answer;
    } finally {
      other[Symbol.dispose]();
      await other.ended();
    }
  }

  it('speaks TLS, and asks for client certificates', async () => {
    using certificates = new Certificates();
    const { certFile, keyFile } = certificates.issue('client', 'client');
    const own = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
    const ca = readFileSync(new URL('../client/tls/localhost-cert.pem', import.meta.url));
    const args = ['--port', '0', '--host', '127.0.0.1', '--tls'];
    const tls = { ca, servername: 'localhost' };
    expect(await ask(args, (at) => ({ port: at, tls }))).toBe('hello');
    const mutual = [...args, '--ca', certificates.caFile];
    expect(await ask(mutual, (at) => ({ port: at, tls: { ...tls, ...own } }))).toBe('hello');
    expect(await ask(mutual, (at) => ({ port: at, tls, limits: { callTimeoutMs: 2_000 } }))).toBeInstanceOf(Error);
  });

  it('listens on a Unix domain socket', async () => {
    using certificates = new Certificates();
    const path = join(certificates.folder, 'thrift.sock');
    expect(await ask(['--domain-socket', path], () => ({ path }))).toBe('hello');
  });

  it.each([
    ['--ca', 'without-tls.pem'],
    ['--port', 'ninety'],
    ['--no-such-option', '1'],
  ])('rejects %s %s with its usage', async (option, value) => {
    const { code, stderr } = await runProgram('npm', [...command, option, value], { cwd: projectRoot });
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: npm run thrift-test-server -w nestjs-thrift -- [--port N]');
  });
});
