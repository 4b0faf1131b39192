import type { ServiceSchema } from '../schema.js';
import type { ThriftCallOptions } from './call-options.js';

/** How a facade calls a method. */
export type CallMethod = (method: string, args: object, options: ThriftCallOptions) => Promise<unknown>;

/**
 * An object with a function for each method of a service: `(args?, options?) => Promise`. It has no prototype, so that
 * a method of the IDL may have any name but `then`: with that, an async function could not return the facade, since a promise
 * would call it. Such a method is called by `send`.
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

/** Errors that have their callers already: several calls may fail with the same one. */
const withCallers = new WeakSet<Error>();

/**
 * Adds to an error's stack who awaits the call. The error itself was made when the reply came, where nothing of that is known;
 * here, after an `await`, V8 can tell, and calls that succeed pay nothing for it.
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
