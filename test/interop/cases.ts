import type { Schema } from '../../src/infrastructure/thrift/index.js';
import type { Dialect } from './dialects.js';
import { methodOf, type Peer, type Reply } from './peer.js';
import { canonicalStruct, structToPortable } from './portable.js';
import { thriftTestCases, type InteropCase } from './thrift-test-cases.js';
import { typeCases } from './type-system/values.js';

/** The cases that a library can take part in. Without multiplexing there is the default service alone. */
export function casesFor(peer: Pick<Peer, 'gaps'>, dialect: Dialect, multiplexed: boolean): InteropCase[] {
  return thriftTestCases.filter(
    (interopCase) =>
      (multiplexed || interopCase.service === 'ThriftTest') &&
      !peer.gaps.some((gap) => gap.concerns(interopCase, dialect)),
  );
}

/** The cases of types.thrift that a library can take part in. */
export function typeCasesFor(peer: Pick<Peer, 'gaps'>, dialect: Dialect): InteropCase[] {
  return typeCases
    .map(({ method, it, back = it }) => ({
      service: 'Types',
      method,
      args: { it },
      answers: { result: { success: back } },
    }))
    .filter((interopCase) => !peer.gaps.some((gap) => gap.concerns(interopCase, dialect)));
}

/** Makes every call, and returns those with another answer than the right one, by their titles. */
export async function wrongAnswers(
  schema: Schema,
  cases: readonly InteropCase[],
  call: (interopCase: InteropCase) => Promise<Reply>,
): Promise<Record<string, unknown>> {
  const wrong: Record<string, unknown> = {};
  for (const interopCase of cases) {
    const { result } = methodOf(schema, interopCase.service, interopCase.method);
    const reply = await call(interopCase);
    const got = 'result' in reply ? canonicalStruct(result, reply.result) : reply.error.type;
    const { answers } = interopCase;
    const wanted =
      'result' in answers ? canonicalStruct(result, structToPortable(result, answers.result)) : answers.error;
    if (JSON.stringify(got) !== JSON.stringify(wanted)) wrong[titleOf(schema, interopCase)] = { got, wanted };
  }
  return wrong;
}

function titleOf(schema: Schema, { service, method, args }: InteropCase): string {
  const text = JSON.stringify(structToPortable(methodOf(schema, service, method).args, args));
  return `${service}.${method}(${text.length > 80 ? `${text.slice(0, 80)}…` : text})`;
}
