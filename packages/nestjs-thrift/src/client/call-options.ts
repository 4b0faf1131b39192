/** What one call can say beside its arguments. */
export interface ThriftCallOptions {
  /** Gives the call up when it aborts. */
  readonly signal?: AbortSignal;
  /** How long the call may take, waiting for a connection and retries included. Default: `limits.callTimeoutMs`. */
  readonly timeoutMs?: number;
  /** Sent with the call where the framing is `header`; other framings carry none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Gets the headers that came with the reply, before the call settles. */
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

/** The time that a call has. @throws RangeError for a time that can't be. */
export function resolveTimeout(options: ThriftCallOptions, defaultMs: number): number {
  const { timeoutMs = defaultMs } = options;
  if (timeoutMs >= 0 && timeoutMs <= MAX_TIMEOUT_MS) return Math.ceil(timeoutMs);
  throw new RangeError(`timeoutMs is ${String(timeoutMs)}, allowed are 0 to ${String(MAX_TIMEOUT_MS)}`);
}
