/** One limit: its default and what it may be set to. */
export interface LimitRule {
  readonly default: number;
  /** The least that it may be set to. */
  readonly min: number;
  /** The most that it may be set to. */
  readonly max: number;
}

const MIB = 1_048_576;
const HOUR_MS = 3_600_000;
/** Above this, the first bytes of a TLS hello or an HTTP request would be a legal length. */
const GREATEST_MESSAGE_BYTES = 268_435_455;

/** All limits of the transport. Every one is finite: no peer can make the process hold more, or wait longer. */
export const LIMIT_RULES = {
  /** Greatest message or frame, in bytes, in both directions. */
  maxMessageBytes: { default: 16_384_000, min: 1_024, max: GREATEST_MESSAGE_BYTES },
  /** Greatest string or binary in a message that is read, in bytes. */
  maxStringBytes: { default: 16_384_000, min: 1, max: GREATEST_MESSAGE_BYTES },
  /**
   * In a message that is read: most elements in a list or set, most entries in a map; and in all containers together,
   * most that are more than a number.
   */
  maxContainerSize: { default: 1_000_000, min: 1, max: GREATEST_MESSAGE_BYTES },
  /** Deepest nesting of structs and containers. */
  maxDepth: { default: 64, min: 4, max: 1_000 },
  /**
   * Most open connections. A further one replaces the one that has been idle longest, of the addresses that hold more than
   * their share; where none is idle, it is closed at once.
   */
  maxConnections: { default: 10_000, min: 1, max: 1_000_000 },
  /**
   * Most calls running at a time for one connection; then it is not read from. Fewer while the replies of their methods are
   * large or not known yet: all must fit into `maxUnsentBytesPerConnection`, 1/32 of it each at first. 1 gives Apache's
   * strict order.
   */
  maxCallsPerConnection: { default: 128, min: 1, max: 100_000 },
  /**
   * Most calls running at a time in the process; further ones wait in the queue. Once half of the slots are taken, a
   * connection gets an eighth of what is left, unless it is the only one.
   */
  maxCalls: { default: 2_048, min: 1, max: 1_000_000 },
  /** Most calls that wait for a place; further ones are refused as overloaded. */
  maxQueuedCalls: { default: 2_048, min: 0, max: 1_000_000 },
  /**
   * With more calls in each turn of the event loop and no rest between turns, the process can't keep up: what is read late
   * in a turn is refused as overloaded, but for calls of peers that wait for each reply, which can't make the queue grow.
   */
  maxCallsPerTurn: { default: 256, min: 1, max: 1_000_000 },
  /** Reply bytes not yet sent on one connection above which it is not read from. */
  maxUnsentBytesPerConnection: { default: MIB, min: 1_024, max: 1_024 * MIB },
  /** Bytes of requests, half read or running, in the process above which new work is refused and the largest holders are closed. */
  maxBufferedBytes: { default: 256 * MIB, min: MIB, max: 65_536 * MIB },
  /** Reply bytes not yet sent in the process above which new work is refused and the largest holders are closed. */
  maxUnsentBytes: { default: 256 * MIB, min: MIB, max: 65_536 * MIB },
  /** A peer that takes none of its replies for this long is closed. */
  replyStallTimeoutMs: { default: 30_000, min: 10, max: HOUR_MS },
  /** Half a message and then silence for this long: closed. */
  partialMessageTimeoutMs: { default: 10_000, min: 10, max: HOUR_MS },
  /** A message that takes longer than this from its first to its last byte: closed. */
  messageTimeoutMs: { default: 300_000, min: 10, max: 24 * HOUR_MS },
  /** A connection without a call for this long is closed; 0 = never. */
  idleTimeoutMs: { default: 600_000, min: 0, max: 24 * HOUR_MS },
  /** A call that takes longer is answered with an error, and its signal aborts. */
  callTimeoutMs: { default: 30_000, min: 1, max: 24 * HOUR_MS },
  /** When the server closes, calls that still run after this long are answered with an error. */
  drainTimeoutMs: { default: 10_000, min: 0, max: HOUR_MS },
} as const satisfies Record<string, LimitRule>;

/** Longest method name, in bytes, on the wire and so in an IDL. It is no option: the dialect of a connection is told by it. */
export const MAX_METHOD_NAME_BYTES = 1_024;

/** The limits of a server or a client. */
export type ThriftLimits = { readonly [Name in keyof typeof LIMIT_RULES]: number };

/**
 * Fills in defaults. A string limit not given is the message limit.
 * @throws RangeError naming every limit out of its range, the value, and what is allowed.
 */
export function resolveLimits(given: Partial<ThriftLimits> = {}): ThriftLimits {
  const maxMessageBytes = given.maxMessageBytes ?? LIMIT_RULES.maxMessageBytes.default;
  const wrong = Object.keys(given)
    .filter((name) => !Object.hasOwn(LIMIT_RULES, name))
    .map((name) => `there is no ${name}, only ${Object.keys(LIMIT_RULES).join(', ')}`);
  const limits = Object.fromEntries(
    (Object.keys(LIMIT_RULES) as (keyof ThriftLimits)[]).map((name) => {
      const rule: LimitRule = LIMIT_RULES[name];
      const value = given[name] ?? (name === 'maxStringBytes' ? maxMessageBytes : rule.default);
      if (!Number.isInteger(value) || value < rule.min || value > rule.max) {
        wrong.push(`${name} is ${String(value)}, allowed are ${String(rule.min)} to ${String(rule.max)}`);
      }
      return [name, value];
    }),
  ) as unknown as ThriftLimits;
  if (wrong.length > 0) throw new RangeError(`Thrift limits: ${wrong.join('; ')}`);
  return limits;
}
