export interface ThriftCallOptions {
  readonly signal?: AbortSignal;
  /** Deadline of the call, including retries and waiting for a connection. Default: `limits.callTimeoutMs`. */
  readonly timeoutMs?: number;
  /** Headers of the call, sent with the framing `header`; other framings have none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Called with the headers of the reply, before the call settles. */
  readonly onReplyHeaders?: (headers: ReadonlyMap<string, string>) => void;
}

/** Arguments with options, for `send` and `emit`: `client.send(pattern, new ThriftRecord(args, { timeoutMs: 500 }))`. */
export class ThriftRecord<Args extends object = object> {
  constructor(
    readonly data: Args,
    readonly options: ThriftCallOptions = {},
  ) {}
}

const MAX_TIMEOUT_MS = 86_400_000;

/** The timeout of a call, in ms. @throws RangeError for one out of range. */
export function resolveTimeout(options: ThriftCallOptions, defaultMs: number): number {
  const { timeoutMs = defaultMs } = options;
  if (timeoutMs >= 0 && timeoutMs <= MAX_TIMEOUT_MS) return Math.ceil(timeoutMs);
  throw new RangeError(`timeoutMs is ${String(timeoutMs)}, allowed are 0 to ${String(MAX_TIMEOUT_MS)}`);
}
