import {
  argumentsFromJson,
  ClientThrift,
  exceptionToJson,
  resultToJson,
  ThriftError,
  ThriftException,
  ThriftProtocolError,
  ThriftTransportError,
  type MethodSchema,
  type ThriftCallOptions,
  type ThriftClientOptions,
} from 'nestjs-thrift';
import { performance } from 'node:perf_hooks';
import type { CallAnswer, CallRequest, Json } from './description.js';

/** The arguments of a call don't fit the IDL. */
export class BadArgumentsError extends Error {
  override readonly name = 'BadArgumentsError';
}

/** An error that has no reply of the service, or one that the IDL does not declare. */
type Failure = Pick<CallAnswer, 'outcome' | 'value' | 'name' | 'message' | 'executed'>;

/**
 * Calls methods with JSON over a Thrift connection to the server's own port. A call in the process would be shorter, but
 * here every limit, guard, interceptor and deadline, the drain and the access log treat it as any other peer's call.
 */
export class JsonCalls {
  readonly #client: ClientThrift;

  constructor(options: ThriftClientOptions) {
    this.#client = new ClientThrift(options);
  }

  /** @throws BadArgumentsError with the path of the first value that does not fit. */
  async call(request: CallRequest, method: MethodSchema, signal: AbortSignal): Promise<CallAnswer> {
    const args = argumentsOf(request.args, method);
    const { service, timeoutMs } = request;
    const headers: Record<string, string> = {};
    const options: ThriftCallOptions = {
      signal,
      timeoutMs,
      headers: request.headers,
      onReplyHeaders: (received) => Object.assign(headers, Object.fromEntries(received)),
    };
    const startMs = performance.now();
    const settled = await this.#settled(service, method, args, options);
    return { ...settled, durationMs: Math.round((performance.now() - startMs) * 100) / 100, headers };
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #settled(service: string, method: MethodSchema, args: object, options: ThriftCallOptions): Promise<Failure> {
    const call = this.#client.getService<Record<string, Call>>(service)[method.name];
    if (call === undefined) throw new BadArgumentsError(`A method named ${method.name} can't be called from here`);
    try {
      const value = await call(args, options);
      return { outcome: 'value', value: resultToJson(method, value), ...NO_ERROR };
    } catch (error) {
      return failureOf(error, method);
    }
  }
}

type Call = (args: object, options: ThriftCallOptions) => Promise<unknown>;

const NO_ERROR = { name: undefined, message: undefined, executed: undefined };

function argumentsOf(args: Json, method: MethodSchema): object {
  try {
    return argumentsFromJson(method, args);
  } catch (error) {
    if (error instanceof ThriftProtocolError) throw new BadArgumentsError(error.message, { cause: error });
    throw error;
  }
}

function failureOf(error: unknown, method: MethodSchema): Failure {
  if (!(error instanceof Error)) throw error;
  const { message } = error;
  if (error instanceof ThriftException) {
    const value = exceptionToJson(method, error);
    return { outcome: 'exception', value, name: error.type, message, executed: undefined };
  }
  const failure = { outcome: 'error' as const, value: undefined, message };
  if (error instanceof ThriftTransportError) return { ...failure, name: error.reason, executed: error.executed };
  if (error instanceof ThriftError) return { ...failure, name: error.code, executed: undefined };
  if (error instanceof ThriftProtocolError) return { ...failure, name: error.reason, executed: undefined };
  // A bad deadline or header.
  if (error instanceof RangeError || error instanceof TypeError) throw new BadArgumentsError(message, { cause: error });
  throw error;
}
