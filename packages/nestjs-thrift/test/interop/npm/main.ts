// The npm package `thrift` in a separate process, driven by JSON lines: see peer-process.ts.
import { createInterface } from 'node:readline';
import { loadSchema, type Schema } from '../../../src/index.js';
import type { PeerTarget } from '../peer.js';
import type { PeerRequest } from '../peer-process.js';
import { NpmConnection } from './client.js';
import { serveNpm } from './server.js';

let schema: Schema | undefined;
const connections: NpmConnection[] = [];

function loaded(): Schema {
  if (schema === undefined) throw new Error('load an IDL first');
  return schema;
}

async function connect(target: PeerTarget): Promise<object> {
  return { connection: connections.push(await NpmConnection.open(loaded(), target)) - 1 };
}

function connectionOf(id: number): NpmConnection {
  const connection = connections[id];
  if (connection === undefined) throw new Error(`there is no connection ${String(id)}`);
  return connection;
}

async function answer(request: PeerRequest): Promise<object> {
  switch (request.op) {
    case 'load':
      schema = loadSchema(request.idl);
      return {};
    case 'connect':
      return connect(request);
    case 'serve':
      return { port: await serveNpm(loaded(), request) };
    case 'call':
      return connectionOf(request.connection).call(request.service, request.method, request.args, request.headers);
    case 'close':
      await connectionOf(request.connection).close();
      return {};
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(JSON.parse(line) as PeerRequest).catch((error: unknown) => ({ failure: String(error) }));
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
// Connections left open by a failed test would keep the process alive.
process.exit();
