import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { ZodType } from 'zod';
import type { Scope } from '../../domain/access-token.js';
import type { ProblemKind } from './problem.js';

/**
 * Who may call an operation.
 * - `public`: everybody.
 * - `session`: logged-in users; tokens are rejected.
 * - a scope: who is logged in, and tokens with that scope.
 */
export type Access = 'public' | 'session' | Scope;

/** What an operation answers with when all goes well. */
export interface Answer {
  readonly description: string;
  /** Of the JSON body; undefined: none. */
  readonly schema?: ZodType;
  /** Default: `application/json`. */
  readonly mediaType?: string;
  /** Headers beside those of every answer, with what they mean. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What an operation is, for the guard and for the OpenAPI document. */
export interface OperationOptions {
  /** Unique, camel case. */
  readonly id: string;
  /** One line. */
  readonly summary: string;
  readonly access: Access;
  /** Whether the password must have been given within the last minutes. */
  readonly needsConfirmation?: boolean;
  readonly answers: Readonly<Record<number, Answer>>;
  /** The problems that are this operation's own, beside those that follow from its access and its schemas. */
  readonly problems?: readonly ProblemKind[];
}

const OPERATION = 'tasks:operation';

/** Describes a route. The guard rejects every request to a route without one. */
export function Operation(options: OperationOptions): CustomDecorator {
  return SetMetadata(OPERATION, options);
}

/** The description of a handler. */
export function operationOf(handler: object): OperationOptions | undefined {
  return Reflect.getMetadata(OPERATION, handler) as OperationOptions | undefined;
}
