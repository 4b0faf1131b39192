import type { Type } from '@nestjs/common';
import { z, type ZodType } from 'zod';
import { API_PATH } from '../api-path.js';
import type { Answer, OperationOptions } from '../operation.js';
import { PROBLEM_MEDIA_TYPE, PROBLEM_TYPE_PREFIX, PROBLEMS, type ProblemKind } from '../problem.js';
import { routesOf, type DeclaredRoute } from './routes-of.js';

type Json = Readonly<Record<string, unknown>>;

const ProblemBody = z
  .object({
    type: z
      .enum(Object.keys(PROBLEMS).map((kind) => `${PROBLEM_TYPE_PREFIX}${kind}`))
      .describe('Machine-readable kind of problem.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().describe('What happened and what to do about it, for people.'),
    instance: z.string().describe('Identifies this occurrence, also in the log of the gateway.'),
    errors: z
      .array(
        z.object({
          in: z.enum(['body', 'query', 'path']),
          pointer: z.string().describe('A JSON pointer, such as `/name`.'),
          code: z.string().describe('The rule that the value breaks.'),
          detail: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457).' });

const ALWAYS: readonly ProblemKind[] = [
  'malformed-request',
  'two-credentials',
  'cross-site',
  'wrong-host',
  'too-many-requests',
  'headers-too-large',
  'internal',
  'unavailable',
];
const WITH_ACCOUNT: readonly ProblemKind[] = ['log-in-required', 'account-changed'];
const WITH_TASKS: readonly ProblemKind[] = [
  'invalid-token',
  'scope-missing',
  'not-found',
  'invalid',
  'tasks-failed',
  'timeout',
];
const WITH_CHANGE: readonly ProblemKind[] = ['role-too-low', 'read-only'];
const WITH_BODY: readonly ProblemKind[] = ['request-timeout', 'body-too-large', 'unsupported-media-type'];

/** Returns the OpenAPI 3.1 document of these controllers. */
export function createOpenApiDocument(controllers: readonly Type[], version: string): Json {
  const schemas = new SchemaCollection();
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routesOf(controllers)) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operationObject(route, schemas);
  }
  schemas.toJson(ProblemBody, 'output');
  return {
    openapi: '3.1.1',
    info: {
      title: 'Tasks',
      version,
      description:
        'Lists and tasks of logged-in users, and of programs with tokens. Errors are problem details (RFC 9457).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: API_PATH }],
    paths: sorted(paths),
    components: {
      schemas: sorted(schemas.components),
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'tasks-session',
          description: 'Over https: `__Host-tasks-session`.',
        },
        token: { type: 'http', scheme: 'bearer', description: 'A token made with POST /tokens.' },
      },
    },
  };
}

function operationObject(
  { handler, path, operation, arguments: parts }: DeclaredRoute,
  schemas: SchemaCollection,
): Json {
  if (operation === undefined) throw new Error(`${handler} has no @Operation`);
  const { id, summary, answers, headers = {} } = operation;
  const body = parts.find(({ part }) => part === 'body')?.schema as ZodType | undefined;
  const bodies = body === undefined ? operation.bodies : { 'application/json': body };
  const parameters = [
    ...parts.flatMap(({ part, schema }) =>
      part === 'body' ? [] : schemas.toParameters(schema as ZodType, part, path),
    ),
    ...Object.entries(headers).map(([name, description]) => ({
      name,
      in: 'header',
      required: false,
      description,
      schema: { type: 'string' },
    })),
  ];
  const hasInput = parts.length > 0;
  return {
    operationId: id,
    summary,
    security: securityOf(operation),
    ...(parameters.length > 0 && { parameters }),
    ...(bodies !== undefined && { requestBody: { required: true, content: contentOf(bodies, 'input', schemas) } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerObject(answer, schemas)])),
      ...problemResponses([
        ...ALWAYS,
        ...(operation.access === 'public' ? [] : WITH_ACCOUNT),
        ...(operation.access === 'session' ? (['token-not-allowed', 'invalid-token'] as const) : []),
        ...(operation.access.startsWith('tasks:') ? WITH_TASKS : []),
        ...(operation.access === 'tasks:write' ? WITH_CHANGE : []),
        ...(operation.needsConfirmation === true ? (['confirmation-required'] as const) : []),
        ...(bodies === undefined ? [] : WITH_BODY),
        ...(hasInput ? (['invalid', 'uri-too-long'] as const) : []),
        ...(operation.problems ?? []),
      ]),
    },
  };
}

function contentOf(bodies: Readonly<Record<string, ZodType>>, io: 'input' | 'output', schemas: SchemaCollection): Json {
  return Object.fromEntries(
    Object.entries(bodies).map(([mediaType, schema]) => [mediaType, { schema: schemas.toJson(schema, io) }]),
  );
}

function securityOf({ access }: OperationOptions): readonly Json[] {
  if (access === 'public') return [];
  return access === 'session' ? [{ session: [] }] : [{ session: [] }, { token: [access] }];
}

function answerObject(
  { description, schema, mediaType = 'application/json', others, headers }: Answer,
  schemas: SchemaCollection,
): Json {
  return {
    description,
    ...(headers !== undefined && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [name, { description: text, schema: { type: 'string' } }]),
      ),
    }),
    ...(schema !== undefined && { content: contentOf({ [mediaType]: schema, ...others }, 'output', schemas) }),
  };
}

/** One response per status; its description lists the kinds of problems. */
function problemResponses(kinds: readonly ProblemKind[]): Record<string, Json> {
  const all = [...new Set(kinds)];
  return Object.fromEntries(
    all.map((one) => [
      PROBLEMS[one].status,
      {
        description: all
          .filter((kind) => PROBLEMS[kind].status === PROBLEMS[one].status)
          .map((kind) => `\`${kind}\`: ${PROBLEMS[kind].title}.`)
          .join(' '),
        content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

/** Converts zod's schemas to JSON Schema; those with an id become components. */
class SchemaCollection {
  readonly components: Record<string, Json> = {};

  toJson(schema: ZodType, io: 'input' | 'output'): Json {
    const { $defs = {}, ...json } = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      override: ({ jsonSchema }) => {
        asOnTheWire(jsonSchema);
        // Members may be added to answers: only input is strict.
        if (io === 'output') delete jsonSchema.additionalProperties;
      },
    });
    for (const [id, definition] of Object.entries($defs)) this.components[id] = lifted(definition);
    return lifted(json);
  }

  /** Of parameters in the path only those that this one has. */
  toParameters(schema: ZodType, where: 'query' | 'path', path: string): Json[] {
    const { properties = {}, required = [] } = this.toJson(schema, 'input') as {
      properties?: Record<string, Json & { description?: string }>;
      required?: readonly string[];
    };
    const names =
      where === 'query' ? Object.keys(properties) : [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
    return names.map((name) => {
      const { description, ...property } = properties[name] ?? {};
      return {
        name,
        in: where,
        required: where === 'path' || required.includes(name),
        ...(description !== undefined && { description }),
        schema: property,
      };
    });
  }
}

/** A query contains only text; `wire`, if set, describes its meaning. */
function asOnTheWire(jsonSchema: Record<string, unknown>): void {
  const { wire } = jsonSchema;
  if (typeof wire !== 'object' || wire === null) return;
  for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
  Object.assign(jsonSchema, wire);
}

/** zod refers to definitions beside the schema; in OpenAPI they are components. */
function lifted(json: Json): Json {
  return JSON.parse(
    JSON.stringify({ ...json, $schema: undefined }).replaceAll('#/$defs/', '#/components/schemas/'),
  ) as Json;
}

function sorted<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}
