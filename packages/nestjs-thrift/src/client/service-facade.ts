import type { ServiceSchema } from '../schema.js';
import type { ThriftCallOptions } from './call-options.js';

export type CallMethod = (method: string, args: object, options: ThriftCallOptions) => Promise<unknown>;

/**
 * An object with a function for each method of a service: `(args?, options?) => Promise`. It has no prototype, so a method of
 * the IDL may have any name but `then`: promises would call that when an async function returns the facade. A method `then`
 * is called by `send`.
 */
export function createFacade(service: ServiceSchema, call: CallMethod): object {
  const facade = Object.create(null) as Record<string, (args?: object, options?: ThriftCallOptions) => unknown>;
  for (const name of service.methods.keys()) {
    if (name === 'then') continue;
    facade[name] = async (args = {}, options = {}) => {
      try {
        return await call(name, args, options);
      } catch (error) {
        if (error instanceof Error) addCallers(error);
        throw error;
      }
    };
  }
  return Object.freeze(facade);
}

/** Errors that have their callers in the stack already: several calls may fail with the same error. */
const withCallers = new WeakSet<Error>();

/**
 * Adds the callers that await the call to an error's stack. The error was created when the reply arrived, without them;
 * after an `await`, V8 knows them. Calls that succeed pay nothing.
 */
function addCallers(error: Error): void {
  if (withCallers.has(error)) return;
  withCallers.add(error);
  const here: { stack?: string } = {};
  Error.captureStackTrace(here, addCallers);
  const frames = here.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  const callers = frames.slice(1).filter((line) => !line.includes('node:internal'));
  if (callers.length > 0) error.stack = [error.stack, ...callers].join('\n');
}
