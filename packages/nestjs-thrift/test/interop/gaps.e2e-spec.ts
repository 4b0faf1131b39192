import { afterAll, describe, expect, it, jest } from '@jest/globals';
import type { Schema } from '../../src/index.js';
import { startThriftTestServer, thriftTestSchema } from '../support/thrift-test/start-thrift-test-server.js';
import { Deferred } from '@tasks/testing/deferred';
import { compare, leftOut, thriftTestCalls, titleOf, typeCalls, type LeftOut } from './cases.js';
import { dialects, nameOf } from './dialects.js';
import { NO_ANSWER, type Part } from './gaps.js';
import { callOwnClient, connectOwnClient } from './own-client.js';
import { methodOf, type Peer, type Reply, type RunningPeer } from './peer.js';
import { goPeers, npmPeer, pythonPeers } from './peers.js';
import { structToPortable } from './portable.js';
import type { InteropCase } from './thrift-test-cases.js';
import { startTypesServer, typesSchema } from './type-system/server.js';

// The first run builds the programs of the other libraries.
jest.setTimeout(120_000);

/** Other calls take milliseconds; one without an answer takes a minute. */
const SILENCE_MS = 2_000;

/** A prepared call, and the end of its connection. */
interface Prepared {
  readonly call: () => Promise<Reply>;
  readonly close: () => Promise<void>;
}

const partsOf = (role: Part['role']): Part[] =>
  dialects.flatMap((dialect) => [false, true].map((multiplexed) => ({ role, dialect, multiplexed })));

/** The gaps of one part; a gap of both plain and multiplexed calls is listed once. */
function observable(calls: readonly InteropCase[], peer: Peer, part: Part): LeftOut[] {
  const seen = new Set<string>();
  return leftOut(calls, peer, part).filter(({ interopCase, gaps }) => {
    if (part.multiplexed && gaps.some((gap) => gap.concerns(interopCase, { ...part, multiplexed: false })))
      return false;
    const alike = gaps.find((gap) => gap.alike === true);
    if (alike === undefined) return true;
    const first = !seen.has(alike.why);
    seen.add(alike.why);
    return first;
  });
}

describe.each([npmPeer, ...pythonPeers(), ...goPeers()])('The calls left out with $name', (peer: Peer) => {
  const seen: Record<string, number> = {};
  let running: RunningPeer | undefined;
  afterAll(() => running?.kill());

  /** The library with this IDL. Restarted when it ended, or was busy with a call for a minute. */
  function start(schema: Schema): RunningPeer {
    return (running ??= peer.start(schema));
  }

  async function replace(): Promise<void> {
    await running?.kill();
    running = undefined;
  }

  /** Returns how a call that is left out fails; undefined if it succeeds. */
  async function wrongOf(
    schema: Schema,
    { interopCase, gaps }: LeftOut,
    prepare: () => Promise<Prepared>,
  ): Promise<string> {
    let prepared: Prepared | undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      prepared = await prepare();
      const silence = new Deferred<string>();
      if (gaps.some(({ silent }) => silent)) timer = setTimeout(silence.resolve, SILENCE_MS, NO_ANSWER);
      const answered = prepared.call().then((reply) => {
        const { got, wanted } = compare(schema, interopCase, reply);
        return got === wanted ? '' : `answered ${got}`;
      });
      const wrong = await Promise.race([answered, silence.promise]);
      if (wrong === NO_ANSWER) await Promise.allSettled([replace(), answered]);
      return wrong;
    } catch (error) {
      if (String(error).includes('The process ended')) await replace();
      return String(error);
    } finally {
      clearTimeout(timer);
      // A library that ended has nothing to close.
      await prepared?.close().catch(() => undefined);
    }
  }

  /** Makes the calls, each on a separate connection, and returns those that do not fail as described. */
  async function unexplained(
    schema: Schema,
    part: Part,
    calls: readonly LeftOut[],
    prepare: (interopCase: InteropCase) => Promise<Prepared>,
  ): Promise<string[]> {
    const others: string[] = [];
    for (const out of calls) {
      const { interopCase, gaps } = out;
      const observe = gaps.find((gap) => gap.observe)?.observe;
      const wrong = observe
        ? await observe(await start(schema).serve(part), part)
        : await wrongOf(schema, out, () => prepare(interopCase));
      const shown = gaps.filter(({ shows }) => wrong !== '' && shows.test(wrong));
      for (const { why } of shown) seen[why] = (seen[why] ?? 0) + 1;
      if (shown.length > 0) continue;
      others.push(`${nameOf(part.dialect)}: ${titleOf(schema, interopCase)}: ${wrong === '' ? 'goes well' : wrong}`);
    }
    return others;
  }

  it.each([
    {
      of: 'ThriftTest',
      schema: thriftTestSchema(),
      callsOf: thriftTestCalls,
      serve: () => startThriftTestServer({ port: 0 }),
    },
    { of: 'types.thrift', schema: typesSchema, callsOf: typeCalls, serve: () => startTypesServer() },
  ])('its client fails at each call of $of, as described', async ({ schema, callsOf, serve }) => {
    const server = await serve();
    const wrong: string[] = [];
    for (const part of partsOf('client')) {
      const prepare = async ({ service, method, args }: InteropCase): Promise<Prepared> => {
        const connection = await start(schema).connect({ port: server.port, ...part });
        const portable = structToPortable(methodOf(schema, service, method).args, args);
        return { call: () => connection.call(service, method, portable), close: () => connection.close() };
      };
      wrong.push(...(await unexplained(schema, part, observable(callsOf(part), peer, part), prepare)));
    }
    await replace();
    await server.close();
    expect(wrong).toEqual([]);
  });

  it('its server fails at each call, as described', async () => {
    const schema = thriftTestSchema();
    const wrong: string[] = [];
    for (const part of partsOf('server')) {
      const prepare = async (interopCase: InteropCase): Promise<Prepared> => {
        const port = await start(schema).serve(part);
        const client = connectOwnClient(schema, { port, ...part });
        return { call: () => callOwnClient(client, interopCase), close: () => client.close() };
      };
      wrong.push(...(await unexplained(schema, part, observable(thriftTestCalls(part), peer, part), prepare)));
    }
    await replace();
    expect(wrong).toEqual([]);
  });

  it('each gap was observed', () => {
    process.stderr.write(`interop: what ${peer.name} can not do, by calls: ${JSON.stringify(seen)}\n`);
    expect(Object.keys(seen).sort()).toEqual(peer.gaps.map(({ why }) => why).sort());
  });
});
