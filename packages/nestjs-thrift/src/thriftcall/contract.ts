import { posix } from 'node:path';
import { ApplicationError } from '../errors.js';
import { resolveClientOptions, type ThriftClientOptions } from '../client/client-options.js';
import { RpcClient } from '../client/rpc-client.js';
import { ThriftIdlError } from '../idl/diagnostics.js';
import { loadSchema, parseSchema } from '../idl/load-schema.js';
import { declaresMeta, META, metaSchema, type ThriftIdls } from '../meta.js';
import type { MethodSchema, Schema } from '../schema.js';
import { UsageError, type CommandLine } from './command-line.js';
import { suggestion } from './suggestion.js';

/** The IDL, and how names travel. */
export interface Contract {
  readonly schema: Schema;
  readonly multiplexed: boolean;
}

/** A server without reflection, and without a file in its place. */
export class NoReflection extends Error {}

/** Reads the IDL from the file, or asks the server. @throws UsageError for a file; NoReflection, or the error of the call. */
export async function readContract(line: CommandLine, signal?: AbortSignal): Promise<Contract> {
  if (line.idl !== undefined) {
    return { schema: fromFile(line.idl, line.includePaths), multiplexed: line.multiplexed ?? false };
  }
  return { schema: await reflect(line, signal), multiplexed: line.multiplexed ?? true };
}

/** `Meta` is known without an IDL, unless the IDL has one of its own. */
export async function readContractOf(service: string, line: CommandLine, signal?: AbortSignal): Promise<Contract> {
  const meta: Contract = { schema: metaSchema(), multiplexed: true };
  if (service === META && line.idl === undefined) return meta;
  const contract = await readContract(line, signal);
  return service === META && !declaresMeta(contract.schema) ? meta : contract;
}

/** A method by its name on the command line, `Service.method`. @throws UsageError naming what was meant. */
export function findMethod(
  { schema }: Contract,
  name: string,
): { readonly service: string; readonly method: MethodSchema } {
  const { service, method: methodName } = splitName(name);
  const method = schema.services.get(service)?.methods.get(methodName);
  if (method !== undefined) return { service, method };
  throw new UsageError(`the IDL has no method '${name}'${suggestion(name, methodNames(schema))}`);
}

/** All methods as `Service.method`. */
export function methodNames({ services }: Schema): string[] {
  return [...services].flatMap(([service, { methods }]) => [...methods.keys()].map((method) => `${service}.${method}`));
}

/** Splits at the last dot: the service of an included file has one in its name. */
export function splitName(name: string): { readonly service: string; readonly method: string } {
  const dot = name.lastIndexOf('.');
  return { service: name.slice(0, Math.max(0, dot)), method: name.slice(dot + 1) };
}

/** Creates a client of a schema. It reports nothing but the results of its calls. */
export function createClient(schema: Schema, options: Omit<ThriftClientOptions, 'idl'>): RpcClient {
  const ignore = (): void => undefined;
  const events = {
    connecting: ignore,
    connected: ignore,
    failed: ignore,
    disconnected: ignore,
    ejected: ignore,
    resolved: ignore,
  };
  return new RpcClient(schema, resolveClientOptions({ idl: schema, ...options }, ignore), events);
}

function fromFile(file: string, includePaths: readonly string[]): Schema {
  try {
    return loadSchema(file, { includePaths });
  } catch (error) {
    if (error instanceof ThriftIdlError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

async function reflect(
  { client: options, timeoutMs, headers }: CommandLine,
  signal: AbortSignal | undefined,
): Promise<Schema> {
  const client = createClient(metaSchema(), { ...options, multiplexed: true });
  try {
    const reply = await client.call(
      { service: META, method: 'thriftIDL' },
      {},
      { timeoutMs, headers, ...(signal && { signal }) },
    );
    return parseIdls(reply as unknown as ThriftIdls);
  } catch (error) {
    if (error instanceof ApplicationError && error.code === 'UNKNOWN_METHOD') {
      throw new NoReflection(
        'the server has no reflection: give its IDL by --idl FILE (servers of nestjs-thrift have it with `reflection: true`)',
        { cause: error },
      );
    }
    throw error;
  } finally {
    await client.channel.close();
  }
}

/** Parses the IDL files that a server sent. */
export function parseIdls({ idls, entryPoint }: ThriftIdls): Schema {
  const include = (path: string): string => {
    const text = idls.get(path) ?? idls.get(elsewhere(path, idls) ?? '');
    if (text === undefined) throw new Error(`the server did not send it, only ${[...idls.keys()].join(', ')}`);
    return text;
  };
  return parseSchema(include(entryPoint), entryPoint, { include });
}

/** The file of that name in another folder: the server may have found it by an include path. */
function elsewhere(path: string, idls: ThriftIdls['idls']): string | undefined {
  const end = `/${path.replace(/^(?:\.\.\/)+/, '')}`;
  const found = [...idls.keys()].filter((file) => posix.join('/', file).endsWith(end));
  return found.length === 1 ? found[0] : undefined;
}
