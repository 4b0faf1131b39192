import { API_PATH } from './api-path.js';

/** Limits per client of the HTTP server; times in milliseconds, sizes in bytes. */
export const HTTP_LIMITS = {
  /** The body of a request, on routes without a limit of their own. */
  bodyBytes: 32_768,
  /** A body with a task: a name and a note, with every character escaped, and its other fields. */
  taskBytes: 98_304,
  /** The path and the query. */
  urlBytes: 8_192,
  /** All headers, the request line included. */
  headerBytes: 16_384,
  /** One parameter in the path. */
  pathParameterLength: 128,
  headersTimeoutMs: 10_000,
  /** A whole request, body included. */
  requestTimeoutMs: 30_000,
  /** Time without progress in either direction. */
  stallTimeoutMs: 60_000,
  /** Time between two requests: longer than balancers and browsers commonly keep a connection. */
  keepAliveTimeoutMs: 75_000,
  /** Interval at which the time limits are checked. */
  checkIntervalMs: 1_000,
} as const;

/** The route that takes texts beside JSON. */
const IMPORT_ROUTE = /^\/lists\/:list\/import$/;

/** Limits of bodies on other routes, in bytes. */
const BODY_LIMITS: readonly (readonly [RegExp, number])[] = [
  [/^(?:\/lists\/:list)?\/tasks(?:\/|$)/, HTTP_LIMITS.taskBytes],
  [/^\/batch$/, 2_097_152],
  [IMPORT_ROUTE, 5_242_880],
];

/** Maximum size of a body on a route, its parameters as `:id`. */
export function bodyLimitOf(route: string): number {
  return BODY_LIMITS.find(([pattern]) => pattern.test(pathOf(route)))?.[1] ?? HTTP_LIMITS.bodyBytes;
}

/** Media types of texts. */
export const TEXT_TYPES = ['text/csv', 'text/markdown', 'text/plain'];

/** Whether a route takes texts. */
export function takesText(route: string): boolean {
  return IMPORT_ROUTE.test(pathOf(route));
}

function pathOf(route: string): string {
  return route.startsWith(API_PATH) ? route.slice(API_PATH.length) : '';
}
