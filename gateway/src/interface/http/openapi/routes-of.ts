import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/internal';
import { operationOf, type OperationOptions } from '../operation.js';

/** The parts of a request that a handler can take, as Nest numbers them. */
const ARGUMENT_PARTS: Readonly<Record<string, RequestPart>> = { 3: 'body', 4: 'query', 5: 'path' };

export type RequestPart = 'body' | 'query' | 'path';

/** A part of the request that a handler takes, and the schema that checks it. */
export interface RouteArgument {
  readonly part: RequestPart;
  readonly schema: unknown;
}

/** A route as its controller declares it. */
export interface DeclaredRoute {
  /** `TasksController.list` */
  readonly handler: string;
  /** Upper case. */
  readonly method: string;
  /** Without the prefix of the API, parameters as `:id`. */
  readonly path: string;
  readonly operation: OperationOptions | undefined;
  readonly arguments: readonly RouteArgument[];
}

/** The routes of these controllers, read from what their decorators noted. */
export function routesOf(controllers: readonly Type[]): DeclaredRoute[] {
  return controllers.flatMap((controller) => {
    const base = Reflect.getMetadata(PATH_METADATA, controller) as string;
    const prototype = controller.prototype as Record<string, unknown>;
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = name === 'constructor' ? undefined : prototype[name];
      if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
      const path = Reflect.getMetadata(PATH_METADATA, handler) as string;
      return [
        {
          handler: `${controller.name}.${name}`,
          method: RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod],
          path: joined(base, path),
          operation: operationOf(handler),
          arguments: argumentsOf(controller, name),
        },
      ];
    });
  });
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
