/** One limit: its default and its range. */
export interface LimitRule {
  readonly default: number;
  /** Minimum value. */
  readonly min: number;
  /** Maximum value. */
  readonly max: number;
}

const MIB = 1_048_576;
const HOUR_MS = 3_600_000;
/** With a larger limit, the first bytes of a TLS hello or an HTTP request would be a valid length. */
const GREATEST_MESSAGE_BYTES = 268_435_455;

/**
 * All limits of the transport. Each is finite, so no peer can make the process hold unbounded memory or wait forever.
 */
export const LIMIT_RULES = {
  /** Maximum size of a message or frame, in bytes, in both directions. */
  maxMessageBytes: { default: 16_384_000, min: 1_024, max: GREATEST_MESSAGE_BYTES },
  /** Maximum size of a string or binary in a message received, in bytes. */
  maxStringBytes: { default: 16_384_000, min: 1, max: GREATEST_MESSAGE_BYTES },
  /**
   * In a message received: maximum number of elements in a list or set and of entries in a map. Also the maximum of all
   * containers together, not counting plain numbers.
   */
  maxContainerSize: { default: 1_000_000, min: 1, max: GREATEST_MESSAGE_BYTES },
  /** Maximum nesting of structs and containers. */
  maxDepth: { default: 64, min: 4, max: 1_000 },
  /**
   * Maximum number of open connections. A further one replaces the connection that has been idle longest, among
   * addresses that hold more than their share; when none is idle, it is closed at once.
   */
  maxConnections: { default: 10_000, min: 1, max: 1_000_000 },
  /**
   * Maximum number of concurrent calls per connection; at the maximum, reading pauses. Lower while the replies of the
   * called methods are large or their size is unknown: all must fit into `maxUnsentBytesPerConnection`, 1/32 of it each
   * at first. 1 gives Apache's strict order.
   */
  maxCallsPerConnection: { default: 128, min: 1, max: 100_000 },
  /**
   * Maximum number of concurrent calls in the process; further ones wait in the queue. Once half of the slots are
   * taken, a connection gets an eighth of the rest, unless it is the only one.
   */
  maxCalls: { default: 2_048, min: 1, max: 1_000_000 },
  /** Maximum number of calls waiting for a slot; further ones are rejected as overloaded. */
  maxQueuedCalls: { default: 2_048, min: 0, max: 1_000_000 },
  /**
   * Maximum number of calls per event-loop iteration while iterations follow each other without idle time: beyond it
   * the process can't keep up. Calls read late in an iteration are rejected as overloaded. Calls of peers that wait for
   * each reply are exempt: they can't make the queue grow.
   */
  maxCallsPerTurn: { default: 256, min: 1, max: 1_000_000 },
  /** Unsent reply bytes of one connection above which reading from it pauses. */
  maxUnsentBytesPerConnection: { default: MIB, min: 1_024, max: 1_024 * MIB },
  /**
   * Bytes of requests, incomplete or running, in the process above which new work is rejected and the largest holders
   * are closed.
   */
  maxBufferedBytes: { default: 256 * MIB, min: MIB, max: 65_536 * MIB },
  /** Unsent reply bytes in the process above which new work is rejected and the largest holders are closed. */
  maxUnsentBytes: { default: 256 * MIB, min: MIB, max: 65_536 * MIB },
  /** A peer that reads none of its replies for this long is closed. */
  replyStallTimeoutMs: { default: 30_000, min: 10, max: HOUR_MS },
  /** A connection that is silent for this long within a message is closed. */
  partialMessageTimeoutMs: { default: 10_000, min: 10, max: HOUR_MS },
  /** A connection is closed when a message takes longer than this from its first to its last byte. */
  messageTimeoutMs: { default: 300_000, min: 10, max: 24 * HOUR_MS },
  /** A connection without a call for this long is closed; 0 = never. */
  idleTimeoutMs: { default: 600_000, min: 0, max: 24 * HOUR_MS },
  /** A call that takes longer is answered with an error, and its signal aborts. */
  callTimeoutMs: { default: 30_000, min: 1, max: 24 * HOUR_MS },
  /** When the server closes, calls that still run after this long are answered with an error. */
  drainTimeoutMs: { default: 10_000, min: 0, max: HOUR_MS },
} as const satisfies Record<string, LimitRule>;

/**
 * Maximum length of a method name, in bytes, on the wire and so in an IDL. Not configurable, because the dialect
 * detection depends on it.
 */
export const MAX_METHOD_NAME_BYTES = 1_024;

/** The limits of a server or a client. */
export type ThriftLimits = { readonly [Name in keyof typeof LIMIT_RULES]: number };

/**
 * Fills in defaults. The default string limit is the message limit.
 * @throws RangeError naming every limit out of its range, the value, and what is allowed.
 */
export function resolveLimits(given: Partial<ThriftLimits> = {}): ThriftLimits {
  const maxMessageBytes = given.maxMessageBytes ?? LIMIT_RULES.maxMessageBytes.default;
  const wrong = Object.keys(given)
    .filter((name) => !Object.hasOwn(LIMIT_RULES, name))
    .map((name) => `unknown limit ${name}, expected one of ${Object.keys(LIMIT_RULES).join(', ')}`);
  const limits = Object.fromEntries(
    (Object.keys(LIMIT_RULES) as (keyof ThriftLimits)[]).map((name) => {
      const rule: LimitRule = LIMIT_RULES[name];
      const value = given[name] ?? (name === 'maxStringBytes' ? maxMessageBytes : rule.default);
      if (!Number.isInteger(value) || value < rule.min || value > rule.max) {
        wrong.push(`${name} is ${String(value)}, allowed: ${String(rule.min)} to ${String(rule.max)}`);
      }
      return [name, value];
    }),
  ) as unknown as ThriftLimits;
  if (wrong.length > 0) throw new RangeError(`Thrift limits: ${wrong.join('; ')}`);
  return limits;
}
