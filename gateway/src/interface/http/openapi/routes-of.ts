import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/internal';
import { operationOf, type OperationOptions } from '../operation.js';

/** Parts of a request that a handler can receive, as numbered by Nest. */
const ARGUMENT_PARTS: Readonly<Record<string, RequestPart>> = { 3: 'body', 4: 'query', 5: 'path' };

type RequestPart = 'body' | 'query' | 'path';

/** A part of the request that a handler receives, and its schema. */
interface RouteArgument {
  readonly part: RequestPart;
  readonly schema: unknown;
}

export interface DeclaredRoute {
  /** `TasksController.list` */
  readonly handler: string;
  /** Upper case. */
  readonly method: string;
  /** Without the API's prefix, parameters as `:id`. */
  readonly path: string;
  readonly operation: OperationOptions | undefined;
  readonly arguments: readonly RouteArgument[];
}

/**
 * Reads the routes of these controllers from the metadata of their decorators. A controller with two paths serves the first
 * list by one, and any list by the other.
 */
export function routesOf(controllers: readonly Type[]): DeclaredRoute[] {
  return controllers.flatMap((controller) => {
    const bases = [Reflect.getMetadata(PATH_METADATA, controller) as string | string[]].flat();
    const prototype = controller.prototype as Record<string, unknown>;
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = name === 'constructor' ? undefined : prototype[name];
      if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
      const path = Reflect.getMetadata(PATH_METADATA, handler) as string;
      const operation = operationOf(handler);
      return bases.map((base, n) => ({
        handler: `${controller.name}.${name}`,
        method: RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod],
        path: joined(base, path),
        operation: n === 0 || operation === undefined ? operation : inList(operation),
        arguments: argumentsOf(controller, name),
      }));
    });
  });
}

function inList(operation: OperationOptions): OperationOptions {
  return { ...operation, id: `${operation.id}InList`, summary: `${operation.summary} (in a list)` };
}

function joined(...parts: readonly string[]): string {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;
}

function argumentsOf(controller: Type, handler: string): RouteArgument[] {
  const noted = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ?? {}) as Readonly<
    Record<string, { readonly schema?: unknown }>
  >;
  return Object.entries(noted).flatMap(([key, { schema }]) => {
    const part = ARGUMENT_PARTS[key.split(':', 1)[0] ?? ''];
    return part === undefined ? [] : [{ part, schema }];
  });
}
