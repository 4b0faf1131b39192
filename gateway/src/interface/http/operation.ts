import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { ZodType } from 'zod';
import type { Scope } from '../../domain/access-token.js';
import type { ProblemKind } from './problem.js';

/**
 * Access rule of an operation.
 * - `public`: everyone.
 * - `session`: logged-in users; tokens are rejected.
 * - a scope: logged-in users, and tokens with that scope.
 */
export type Access = 'public' | 'session' | Scope;

export interface Answer {
  readonly description: string;
  /** Schema of the JSON body; undefined: none. */
  readonly schema?: ZodType;
  /** Default: `application/json`. */
  readonly mediaType?: string;
  /** Schemas of other representations, by media type. */
  readonly others?: Readonly<Record<string, ZodType>>;
  /** Additional headers, with their descriptions. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Description of an operation, for the guard and for the OpenAPI document. */
export interface OperationOptions {
  /** Unique, camel case. */
  readonly id: string;
  /** One line. */
  readonly summary: string;
  readonly access: Access;
  /** Whether the password must have been verified within the last minutes. */
  readonly needsConfirmation?: boolean;
  /** Schemas of a body that the handler reads itself, by media type. */
  readonly bodies?: Readonly<Record<string, ZodType>>;
  /** Conditional and other headers of the request, with their descriptions. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Problems specific to this operation, in addition to those of its access rule and its schemas. */
  readonly problems?: readonly ProblemKind[];
}

const OPERATION = 'tasks:operation';

/** Describes a route. The guard rejects every request to a route without one. */
export function Operation(options: OperationOptions): CustomDecorator {
  return SetMetadata(OPERATION, options);
}

export function operationOf(handler: object): OperationOptions | undefined {
  return Reflect.getMetadata(OPERATION, handler) as OperationOptions | undefined;
}
