import { ThriftStartError } from '../errors.js';
import type { FramingName, ReceivedMessage } from '../framing/framing.js';
import type { ProtocolName } from '../protocol/protocol.js';
import { PROTOCOLS } from '../protocol/protocols.js';

/** The dialects that a server accepts; all by default. */
export interface DialectOptions {
  /** Accepted protocols. */
  readonly protocols?: readonly ProtocolName[];
  /** Accepted framings. `header` is THeader, `framed-header` THeader inside a frame, `ttheader` CloudWeGo's TTHeader. */
  readonly framings?: readonly FramingName[];
  /** Whether binary messages without a version are rejected. */
  readonly strict?: boolean;
}

const PROTOCOL_NAMES = Object.keys(PROTOCOLS) as readonly ProtocolName[];
const FRAMINGS: readonly FramingName[] = ['unframed', 'framed', 'header', 'framed-header', 'ttheader'];
/** First byte of a binary message with a version. */
const STRICT_MARK = 0x80;

/** Which dialects a server accepts. */
export class AcceptedDialects {
  readonly #protocols: ReadonlySet<ProtocolName>;
  readonly #framings: ReadonlySet<FramingName>;
  readonly #strict: boolean;
  readonly #acceptsAll: boolean;

  /** @throws ThriftStartError for an unknown name, and for options that accept nothing. */
  constructor({ protocols = PROTOCOL_NAMES, framings = FRAMINGS, strict = false }: DialectOptions) {
    checkNames('protocols', protocols, PROTOCOL_NAMES);
    checkNames('framings', framings, FRAMINGS);
    this.#protocols = new Set(protocols);
    this.#framings = new Set(framings);
    this.#strict = strict;
    this.#acceptsAll =
      !strict && this.#protocols.size === PROTOCOL_NAMES.length && this.#framings.size === FRAMINGS.length;
  }

  /** Advice for the peer when a message is not accepted; undefined when it is. */
  adviceAgainst(message: ReceivedMessage, framing: FramingName): string | undefined {
    if (this.#acceptsAll) return undefined;
    const { name } = message.protocol;
    if (!this.#protocols.has(name)) return `the ${name} protocol is not accepted here: use ${list(this.#protocols)}`;
    if (!this.#framings.has(framing)) return `${framing} messages are not accepted here: use ${list(this.#framings)}`;
    if (this.#strict && name === 'binary' && message.bytes[message.start] !== STRICT_MARK) {
      return 'binary messages without a version are not accepted here: write strictly';
    }
    return undefined;
  }
}

function checkNames(option: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.filter((name) => !known.includes(name));
  if (unknown.length === 0 && given.length > 0) return;
  throw new ThriftStartError(
    `${option} is ${JSON.stringify(given)}: give one or more of ${known.join(', ')}, or leave it out for all`,
  );
}

function list(names: ReadonlySet<string>): string {
  return [...names].join(' or ');
}
