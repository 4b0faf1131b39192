/** Limits per client of the HTTP server; times in milliseconds, sizes in bytes. */
export const HTTP_LIMITS = {
  /** The body of a request. */
  bodyBytes: 32_768,
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
