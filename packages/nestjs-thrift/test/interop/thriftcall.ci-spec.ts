import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { fromJson } from '../../src/from-json.js';
import { jsonText, toJson } from '../../src/json.js';
import { APPLICATION_EXCEPTION_TYPES } from '../../src/protocol/constants.js';
import type { ThriftErrorCode } from '../../src/errors.js';
import { thriftTestSchema } from '../support/thrift-test/start-thrift-test-server.js';
import { run } from '../thriftcall/terminal.js';
import { dialectsOf, possible, thriftTestCalls, wrongAnswers } from './cases.js';
import { dialects, nameOf, type Dialect } from './dialects.js';
import type { Part } from './gaps.js';
import { methodOf, type Peer, type Reply, type RunningPeer } from './peer.js';
import { allPeers } from './peers.js';
import { structToPortable } from './portable.js';
import type { InteropCase } from './thrift-test-cases.js';

// The first run builds the programs of the other libraries.
jest.setTimeout(60_000);

const schema = thriftTestSchema();
const IDL = fileURLToPath(new URL('../support/thrift-test/thrift-test.thrift', import.meta.url));

/** Makes a call by `thriftcall`, and reads what it printed. */
async function callByCommand(
  port: number,
  { protocol, framing }: Dialect,
  multiplexed: boolean,
  { service, method, args }: InteropCase,
): Promise<Reply> {
  const { args: argsStruct, result, returns, throws } = methodOf(schema, service, method);
  const json = jsonText(toJson(args, { type: { kind: 'struct', struct: argsStruct } }) ?? null);
  const dialect = protocol === 'old-binary' ? ['--old-style'] : ['--protocol', protocol];
  const options = [...dialect, '--framing', framing, ...(multiplexed ? ['--multiplexed'] : []), '--idl', IDL];
  const { code, out, err } = await run([`127.0.0.1:${String(port)}`, 'call', `${service}.${method}`, json, ...options]);
  if (code === 0) {
    const success = returns && fromJson(JSON.parse(out), returns);
    return { result: structToPortable(result, { success }) };
  }
  const [, type, value] = /threw (\S+) ([^]*)$/.exec(err) ?? [];
  const thrown = throws.find((field) => field.type.kind === 'struct' && field.type.struct.qualifiedName === type);
  if (thrown !== undefined) {
    return { result: structToPortable(result, { [thrown.name]: fromJson(JSON.parse(value ?? ''), thrown.type) }) };
  }
  const [, error, message = ''] = /failed: ([A-Z_]+): ([^]*)$/.exec(err) ?? [];
  if (error === undefined) throw new Error(err);
  return { error: { type: APPLICATION_EXCEPTION_TYPES[error as ThriftErrorCode], message } };
}

describe.each(allPeers())('thriftcall', (peer: Peer) => {
  let running: RunningPeer;
  let calls = 0;
  beforeAll(() => {
    running = peer.start(schema);
  });
  afterAll(async () => {
    await running.stop();
    process.stderr.write(`interop: thriftcall called the server of ${peer.name} ${String(calls)} times\n`);
  });

  it.each(dialectsOf(peer, 'server').map((dialect) => ({ name: nameOf(dialect), dialect })))(
    `calls every method of the server of ${peer.name} in $name`,
    async ({ dialect }) => {
      for (const multiplexed of [false, true]) {
        const part: Part = { role: 'server', dialect, multiplexed };
        const all = possible(thriftTestCalls(part), peer, part);
        // The values are JSON in every dialect: all of them in one, elsewhere one call of each method.
        const isFirst = dialect === dialects[0] && !multiplexed;
        const cases = isFirst
          ? all
          : all.filter((one, i) => all.findIndex(({ method }) => method === one.method) === i);
        if (cases.length === 0) continue;
        const port = await running.serve({ dialect, multiplexed });
        const wrong = await wrongAnswers(schema, cases, (one) => callByCommand(port, dialect, multiplexed, one));
        expect(wrong).toEqual({});
        calls += cases.length;
      }
    },
  );
});
