/** What the load generator is told to do. */
export interface LoadJob {
  readonly host: string;
  readonly port: number;
  /** Raw bytes over TCP, or calls by the gRPC client. */
  readonly kind: 'bytes' | 'grpc';
  /** One request, base64; the generator sends it again and again. */
  readonly request: string;
  /** A request that is sent `seedCount` times before anything else, base64: it fills the store. */
  readonly seedRequest: string;
  readonly seedCount: number;
  /** The method, for gRPC. */
  readonly method: string;
  readonly connections: number;
  /** Requests under way at a time on each connection. */
  readonly pipeline: number;
  /** Calls a second over all connections; 0 = as many as possible. */
  readonly ratePerSecond: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** What the load generator measured. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** CPU that the generator itself took, as a share of one core. */
  readonly generatorCpuShare: number;
}

/** Sent by the generator when measuring begins and when it has ended, so that the server's counters are read then. */
export type LoadMessage = { readonly event: 'begin' } | { readonly event: 'end'; readonly result: LoadResult };
