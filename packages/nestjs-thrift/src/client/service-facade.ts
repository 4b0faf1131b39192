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
    facade[name] = (args = {}, options = {}) => call(name, args, options);
  }
  return Object.freeze(facade);
}
