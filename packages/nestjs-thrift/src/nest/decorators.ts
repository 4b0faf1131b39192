import { MessagePattern } from '@nestjs/microservices';
import type { ThriftPattern } from '../schema.js';

/** Names the transport among others in one application. */
export const THRIFT_TRANSPORT = Symbol('thrift');

/** What `@ThriftMethod` can say about a method. */
export interface ThriftMethodOptions {
  /** What a client should do when the reply passes the message limit, for instance `read it in pages with page(…)`. */
  readonly whenTooLarge?: string;
}

/**
 * Makes a controller's method the handler of a method in the IDL. It gets the arguments by name as one object
 * (`@Payload()`) and the call's context (`@Ctx() context: ThriftContext`); what it returns is the reply.
 */
export function ThriftMethod(service: string, method: string, options: ThriftMethodOptions = {}): MethodDecorator {
  const pattern: ThriftPattern = { service, method };
  return MessagePattern(pattern, THRIFT_TRANSPORT, { ...options });
}
