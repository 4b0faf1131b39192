import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type { ThriftPattern } from '../schema.js';

/** Identifies the transport among others in one application. */
export const THRIFT_TRANSPORT = Symbol('thrift');

/** Options of `@ThriftMethod`. */
export interface ThriftMethodOptions {
  /** Advice for clients when the reply exceeds the message limit, for instance `read it in pages with page(…)`. */
  readonly whenTooLarge?: string;
}

/**
 * Makes a controller's method the handler of a method in the IDL. It gets the arguments by name as one object, and the
 * call's `ThriftContext`: `add(args: TasksAddArgs, context: ThriftContext)`. Parameter decorators (`@Payload`, `@Ctx`)
 * are only necessary for pipes of one parameter, or another order. Its return value is the reply.
 */
export function ThriftMethod(service: string, method: string, options: ThriftMethodOptions = {}): MethodDecorator {
  const pattern: ThriftPattern = { service, method };
  const mark = MessagePattern(pattern, THRIFT_TRANSPORT, { ...options });
  return (target, name, descriptor) => {
    // Without decorators of parameters, Nest passes the arguments alone. They are applied before the method's decorator.
    if (!Reflect.hasMetadata(PARAMETERS, target.constructor, name)) {
      Payload()(target, name, 0);
      Ctx()(target, name, 1);
    }
    return mark(target, name, descriptor);
  };
}

/** The key under which Nest keeps the decorators of parameters; no public constant holds it. */
const PARAMETERS: unknown = keyOfParameters();

function keyOfParameters(): unknown {
  const type = (): undefined => undefined;
  Payload()({ constructor: type }, 'method', 0);
  return Reflect.getMetadataKeys(type, 'method')[0] as unknown;
}
