import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { builtFerretdb } from './ferretdb.js';

/** A server with the MongoDB protocol, for one test file. */
export interface TestMongo {
  readonly uri: string;
  /** Name of the implementation. */
  readonly product: string;
  /** A database that no other test file uses; tests that fill it drop it. */
  readonly database: string;
  /** Kills the server and starts it again at the same address, with its data; undefined if it wasn't started here. */
  readonly restart?: () => Promise<void>;
  /** Ends the server, if it was started here. */
  readonly stop: () => Promise<void>;
}

/**
 * Returns the first that works: `MONGODB_URI`; `mongod` on the PATH; FerretDB, built by Go. Undefined if none does,
 * with a warning; with `REQUIRE_MONGO=1` that is an error instead.
 */
export async function startMongo(): Promise<TestMongo | undefined> {
  const uri = process.env['MONGODB_URI'];
  const database = `tasks-test-${String(process.pid)}-${String(Date.now())}`;
  if (uri) return { uri, product: 'that of MONGODB_URI', database, stop: () => Promise.resolve() };
  const mongod = onPath('mongod');
  if (mongod) return { database, ...(await startMongod(mongod)) };
  if (onPath('go')) return { database, ...(await startFerretdb(builtFerretdb())) };
  const missing = 'no MongoDB for the tests: set MONGODB_URI, or put mongod or go on the PATH';
  if (process.env['REQUIRE_MONGO'] === '1') throw new Error(missing);
  process.stderr.write(`\n*** NOT TESTED: the MongoDB store (${missing}) ***\n\n`);
  return undefined;
}

type Started = Pick<TestMongo, 'uri' | 'product' | 'restart' | 'stop'>;

async function startFerretdb(program: string): Promise<Started> {
  const data = mkdtempSync(join(tmpdir(), 'tasks-ferretdb-'));
  const { server, output } = await serving(program, ['--data', data], /mongodb:\/\/\S+/);
  const again = ['--data', data, '--listen', new URL(output).host];
  return {
    // FerretDB reads, then writes, where MongoDB does both in one step: over one connection its commands are atomic,
    // too.
    uri: `${output}?maxPoolSize=1`,
    product: 'FerretDB over SQLite, a stand-in, by one connection',
    ...restartable(server, data, () => serving(program, again, /mongodb:\/\/\S+/)),
  };
}

async function startMongod(program: string): Promise<Started> {
  const data = mkdtempSync(join(tmpdir(), 'tasks-mongod-'));
  const port = String(await freePort());
  const args = ['--dbpath', data, '--port', port, '--bind_ip', '127.0.0.1', '--nounixsocket'];
  const start = (): Promise<Serving> => serving(program, args, /Waiting for connections/i);
  const { server } = await start();
  const uri = `mongodb://127.0.0.1:${port}/`;
  return { uri, product: 'mongod on this machine', ...restartable(server, data, start) };
}

type Server = ChildProcessByStdio<Writable, Readable, null>;

/** A ready server, and its output that reported it. */
interface Serving {
  readonly server: Server;
  readonly output: string;
}

async function serving(program: string, args: readonly string[], ready: RegExp): Promise<Serving> {
  const server = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  return { server, output: await firstMatch(server, ready) };
}

function restartable(first: Server, data: string, start: () => Promise<Serving>): Pick<Started, 'restart' | 'stop'> {
  let server = first;
  return {
    restart: async () => {
      await ended(server, 'SIGKILL');
      ({ server } = await start());
    },
    stop: async () => {
      await ended(server, 'SIGTERM');
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function firstMatch(server: Server, pattern: RegExp): Promise<string> {
  let output = '';
  for await (const chunk of server.stdout.iterator({ destroyOnReturn: false })) {
    output += String(chunk);
    const match = pattern.exec(output);
    if (!match) continue;
    server.stdout.resume();
    return match[0];
  }
  throw new Error(`The database server ended before it was ready: ${output}`);
}

async function ended(server: Server, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.kill(signal);
  await exit;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function onPath(program: string): string | undefined {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
