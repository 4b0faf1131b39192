import { ThriftStartError } from '../errors.js';
import type { Schema, ServiceSchema, ThriftPattern } from '../schema.js';
import { listOf, type MessageHandler, type ServiceHandlers } from '../server/method-table.js';

/**
 * Groups the handlers that Nest collected by their services in the IDL.
 * @param handlers by pattern. @param repeated patterns registered more than once.
 * @throws ThriftStartError naming every handler whose service or method the IDL lacks, and every method with two handlers.
 */
export function groupHandlers(
  schema: Schema,
  handlers: ReadonlyMap<string, MessageHandler>,
  repeated: ReadonlySet<string>,
): ServiceHandlers {
  const byService = new Map<ServiceSchema, Map<string, MessageHandler>>();
  const unknown: ThriftPattern[] = [];
  const twice: string[] = [];
  for (const [key, handler] of handlers) {
    const pattern = parsePattern(key);
    if (pattern === undefined) continue;
    const service = schema.services.get(pattern.service);
    if (service?.methods.has(pattern.method) !== true) {
      unknown.push(pattern);
      continue;
    }
    if (repeated.has(key)) twice.push(nameOf(pattern));
    const group = byService.get(service) ?? new Map<string, MessageHandler>();
    byService.set(service, group.set(pattern.method, handler));
  }
  if (unknown.length > 0) {
    throw new ThriftStartError(
      `${schema.file} has no ${unknown.map(nameOf).join(', no ')}: correct the IDL or the handler's @ThriftMethod${hint(schema, unknown)}`,
    );
  }
  if (twice.length > 0) {
    throw new ThriftStartError(`${twice.join(', ')}: more than one handler, and only one would run: keep one of them`);
  }
  return byService;
}

/** Suggests what was meant by patterns that are not in the IDL. */
function hint(schema: Schema, unknown: readonly ThriftPattern[]): string {
  const names = [...schema.services.keys()];
  const meant = names.find((name) => unknown.some(({ service }) => name.endsWith(`.${service}`)));
  if (meant !== undefined) return `; the service of an included file is named with its prefix, as ${meant}`;
  return unknown.every(({ service }) => names.includes(service)) ? '' : `; its services are ${listOf(names)}`;
}

function nameOf({ service, method }: ThriftPattern): string {
  return `${service}.${method}`;
}

/** Patterns of other transports, in an application that has several, are not checked here. */
function parsePattern(key: string): ThriftPattern | undefined {
  let pattern: unknown;
  try {
    pattern = JSON.parse(key);
  } catch {
    return undefined;
  }
  if (typeof pattern !== 'object' || pattern === null) return undefined;
  const { service, method } = pattern as Partial<ThriftPattern>;
  return typeof service === 'string' && typeof method === 'string' ? { service, method } : undefined;
}
