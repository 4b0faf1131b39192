import type { Schema } from '../../src/index.js';
import { dialects, type Dialect } from './dialects.js';
import type { Part } from './gaps.js';
import { methodOf, type Peer, type Reply } from './peer.js';
import { canonicalStruct, structToPortable } from './portable.js';
import { thriftTestCases, type InteropCase } from './thrift-test-cases.js';
import { typeCases } from './type-system/values.js';

/** The calls of ThriftTest; with multiplexing, of SecondService too. */
export function thriftTestCalls({ multiplexed }: Pick<Part, 'multiplexed'>): InteropCase[] {
  return thriftTestCases.filter(({ service }) => multiplexed || service === 'ThriftTest');
}

export function typeCalls(): InteropCase[] {
  return typeCases.map(({ method, it, back = it }) => ({
    service: 'Types',
    method,
    args: { it },
    answers: { result: { success: back } },
  }));
}

/** Returns the calls that a library supports. */
export function possible(calls: readonly InteropCase[], peer: Pick<Peer, 'gaps'>, part: Part): InteropCase[] {
  return calls.filter((interopCase) => !peer.gaps.some((gap) => gap.concerns(interopCase, part)));
}

/** Returns the dialects that a library supports as a client, or as a server without multiplexing. */
export function dialectsOf(peer: Pick<Peer, 'gaps'>, role: Part['role']): Dialect[] {
  return dialects.filter((dialect) => {
    const part = { role, dialect, multiplexed: false };
    return possible(thriftTestCalls(part), peer, part).length > 0;
  });
}

/** Makes every call, and returns the titles of those with a wrong answer. */
export async function wrongAnswers(
  schema: Schema,
  cases: readonly InteropCase[],
  call: (interopCase: InteropCase) => Promise<Reply>,
): Promise<Record<string, unknown>> {
  const wrong: Record<string, unknown> = {};
  for (const interopCase of cases) {
    const { got, wanted } = compare(schema, interopCase, await call(interopCase));
    if (got !== wanted) wrong[titleOf(schema, interopCase)] = { got, wanted };
  }
  return wrong;
}

/** An answer and the expected one, as canonical JSON. */
export function compare(
  schema: Schema,
  { service, method, answers }: InteropCase,
  reply: Reply,
): { readonly got: string; readonly wanted: string } {
  const { result } = methodOf(schema, service, method);
  const got = 'result' in reply ? canonicalStruct(result, reply.result) : reply.error.type;
  const wanted =
    'result' in answers ? canonicalStruct(result, structToPortable(result, answers.result)) : answers.error;
  return { got: JSON.stringify(got), wanted: JSON.stringify(wanted) };
}

/** A short description of a call. */
function titleOf(schema: Schema, { service, method, args }: InteropCase): string {
  const text = JSON.stringify(structToPortable(methodOf(schema, service, method).args, args));
  return `${service}.${method}(${text.length > 80 ? `${text.slice(0, 80)}…` : text})`;
}
