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
/** Above this, the first bytes of a TLS hello or an HTTP request would be a valid length. */
const MAX_MESSAGE_BYTES = 268_435_455;

/** All limits of the transport. All are finite: no peer can make the process hold more, or wait longer. */
export const LIMIT_RULES = {
  /** Maximum size of a message or frame, in bytes, in both directions. */
  maxMessageBytes: { default: 16_384_000, min: 1_024, max: MAX_MESSAGE_BYTES },
  /** Maximum size of a string or binary in a received message, in bytes. */
  maxStringBytes: { default: 16_384_000, min: 1, max: MAX_MESSAGE_BYTES },
  /**
   * Maximum elements of a list or set, and entries of a map, in a received message. Also the maximum in all its containers
   * together, not counting numbers.
   */
  maxContainerSize: { default: 1_000_000, min: 1, max: MAX_MESSAGE_BYTES },
  /** Maximum nesting of structs and containers. */
  maxDepth: { default: 64, min: 4, max: 1_000 },
  /**
   * Maximum open connections. A further one replaces the longest idle connection of the addresses that hold more than their
   * share; when none is idle, it is closed at once. With TLS, a quarter as many handshakes may be in progress beside them, by
   * the same rule.
   */
  maxConnections: { default: 10_000, min: 1, max: 1_000_000 },
  /**
   * Maximum calls of one connection that run at a time; at the maximum it is not read from. Fewer while the replies of their
   * methods are large or of unknown size: all must fit into `maxUnsentBytesPerConnection`, of which each first reply takes
   * 1/32. 1 gives the strict order of Apache's servers.
   */
  maxCallsPerConnection: { default: 128, min: 1, max: 100_000 },
  /**
   * Maximum calls that run at a time in the process; further ones are queued. Once half of the slots are taken, a connection
   * gets at most an eighth of those that are left, unless it is the only one.
   */
  maxCalls: { default: 2_048, min: 1, max: 1_000_000 },
  /** Maximum queued calls; further ones are rejected as overloaded. */
  maxQueuedCalls: { default: 2_048, min: 0, max: 1_000_000 },
  /**
   * Time that calls may wait for the event loop while it has no idle time; after idle time, up to 100 ms more. Calls that
   * waited longer, and for more than eight others, are rejected as overloaded, except those of peers that wait for each reply,
   * which cannot make the queue grow.
   */
  maxWaitMs: { default: 5, min: 1, max: HOUR_MS },
  /** Unsent reply bytes of one connection above which it is not read from. */
  maxUnsentBytesPerConnection: { default: MIB, min: 1_024, max: 1_024 * MIB },
  /**
   * Bytes of partly read and running requests in the process above which calls are rejected and the largest connections
   * closed.
   */
  maxBufferedBytes: { default: 256 * MIB, min: MIB, max: 65_536 * MIB },
  /** Unsent reply bytes in the process above which calls are rejected and the largest connections closed. */
  maxUnsentBytes: { default: 256 * MIB, min: MIB, max: 65_536 * MIB },
  /** Time after which a peer that reads none of its replies is closed. */
  replyStallTimeoutMs: { default: 30_000, min: 10, max: HOUR_MS },
  /** Time without progress after which a peer in the middle of a message is closed. */
  partialMessageTimeoutMs: { default: 10_000, min: 10, max: HOUR_MS },
  /** Time from the first to the last byte of a message after which the peer is closed. */
  messageTimeoutMs: { default: 300_000, min: 10, max: 24 * HOUR_MS },
  /** Time for a TLS handshake, from the connection to its end, after which the peer is closed. */
  handshakeTimeoutMs: { default: 5_000, min: 10, max: HOUR_MS },
  /** Time after which an idle connection is closed; 0 = never. */
  idleTimeoutMs: { default: 600_000, min: 0, max: 24 * HOUR_MS },
  /** Time after which a running call is answered with an error, and its signal aborts. */
  callTimeoutMs: { default: 30_000, min: 1, max: 24 * HOUR_MS },
  /** Time after the begin of a drain after which running calls are answered with an error. */
  drainTimeoutMs: { default: 10_000, min: 0, max: HOUR_MS },
} as const satisfies Record<string, LimitRule>;

/** Maximum length of a method name, in bytes, on the wire and in an IDL. Not an option: dialect detection relies on it. */
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
