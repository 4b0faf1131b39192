import { MessagePattern } from '@nestjs/microservices';
import type { ThriftPattern } from '../schema.js';

/** Identifies the transport among others in one application. */
export const THRIFT_TRANSPORT = Symbol('thrift');

/** Options of `@ThriftMethod`. */
export interface ThriftMethodOptions {
  /** Advice for clients when the reply exceeds the message limit, for instance `read it in pages with page(…)`. */
  readonly whenTooLarge?: string;
}

/**
 * Makes a controller's method the handler of a method in the IDL. It gets the arguments by name as one object
 * (`@Payload()`) and the call's context (`@Ctx() context: ThriftContext`); its return value is the reply.
 */
export function ThriftMethod(service: string, method: string, options: ThriftMethodOptions = {}): MethodDecorator {
  const pattern: ThriftPattern = { service, method };
  return MessagePattern(pattern, THRIFT_TRANSPORT, { ...options });
}
