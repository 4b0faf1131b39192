import { isIP } from 'node:net';
import { DEFAULT_PORT } from '../connection/default-port.js';
import { ThriftStartError } from '../errors.js';
import type { FramingName } from '../framing/framing.js';
import { requireKnownOptions, type OptionNames } from '../known-options.js';
import { resolveLimits, type ThriftLimits } from '../limits.js';
import { oldBinaryProtocol } from '../protocol/binary/binary.js';
import type { Protocol, ProtocolName } from '../protocol/protocol.js';
import { PROTOCOLS } from '../protocol/protocols.js';
import type { Schema } from '../schema.js';
import { ClientTls, type ThriftClientTlsOptions } from './client-tls.js';
import { describeTarget, parseTarget, type Target } from './target.js';

export interface ThriftClientOptions {
  /** The IDL: the path of a file (relative to the working directory), its URL, or a schema that is loaded already. */
  readonly idl: string | URL | Schema;
  /** Default: `localhost`. */
  readonly host?: string;
  /** Default 9090, as the server's. */
  readonly port?: number;
  /** The path of a Unix domain socket, in place of host and port. */
  readonly path?: string;
  /**
   * Several servers, in place of host and port: `['10.0.0.1:9090', '10.0.0.2:9090']`, or one name that resolves to all of its
   * addresses, `'greeter.internal:9090'`.
   */
  readonly servers?: string | readonly string[];
  /** Returns all addresses of the name in `servers`. Default: `dns.lookup`. */
  readonly lookup?: (name: string) => Promise<readonly string[]>;
  /** Connects by TLS, with the options of `tls.connect`, or paths of files. */
  readonly tls?: ThriftClientTlsOptions;
  /** Default: binary. */
  readonly protocol?: ProtocolName;
  /**
   * Whether binary messages carry their version. Default true; false is the old style, for servers that know no other
   * (`strictRead` and `strictWrite` off in Apache's libraries).
   */
  readonly strict?: boolean;
  /**
   * Default: unframed. `header` is THeader and `ttheader` CloudWeGo's TTHeader (Kitex, volo), which alone carry headers and
   * deadlines; `framed-header` is THeader inside a frame, for the servers of npm `thrift`.
   */
  readonly framing?: FramingName;
  /** Whether method names travel with their service's, `Service:method` (Apache's TMultiplexedProtocol). */
  readonly multiplexed?: boolean;
  /** Whether `map<string, …>` reads as a plain object instead of a `Map`. */
  readonly stringMapsAsObjects?: boolean;
  /** Timeout of one attempt to connect. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /**
   * Whether calls wait, up to their deadline, while the server cannot be reached. Default true; otherwise they fail as
   * soon as an attempt to connect fails.
   */
  readonly waitForConnection?: boolean;
  /** Maximum retries of a call that certainly was not run. Default 5; all calls together may make a fifth as many retries. */
  readonly maxRetries?: number;
  /**
   * Limits that differ from their defaults. Here `callTimeoutMs` (default 10,000) is the deadline of calls that name
   * none, `maxCallsPerConnection` (1,024) counts calls without a reply, `maxQueuedCalls` (16,384) those not sent yet.
   */
  readonly limits?: Partial<ThriftLimits>;
}

const OPTION_NAMES: OptionNames<ThriftClientOptions> = {
  idl: true,
  host: true,
  port: true,
  path: true,
  servers: true,
  lookup: true,
  tls: true,
  protocol: true,
  strict: true,
  framing: true,
  multiplexed: true,
  stringMapsAsObjects: true,
  connectTimeoutMs: true,
  waitForConnection: true,
  maxRetries: true,
  limits: true,
};

/** The options with their defaults, and the limits resolved. */
export interface ClientSettings {
  /** The servers, unless `name` has them. */
  readonly targets: readonly Target[];
  /** The name whose addresses are the servers. */
  readonly name: Target | undefined;
  readonly lookup: ThriftClientOptions['lookup'];
  readonly tls: ClientTls | undefined;
  readonly protocol: Protocol;
  readonly framing: FramingName;
  readonly multiplexed: boolean;
  readonly stringMapsAsObjects: boolean;
  readonly connectTimeoutMs: number;
  readonly waitForConnection: boolean;
  readonly maxRetries: number;
  readonly limits: ThriftLimits;
}

/** Defaults that differ from a server's. The idle timeout is shorter, so that the client closes first. */
const CLIENT_LIMITS: Partial<ThriftLimits> = {
  callTimeoutMs: 10_000,
  maxCallsPerConnection: 1_024,
  maxQueuedCalls: 16_384,
  idleTimeoutMs: 300_000,
};

/**
 * Fills in defaults.
 * @param report receives messages about changed TLS files.
 * @throws RangeError for a limit out of its range. @throws ThriftStartError for options that can't be or don't exist.
 */
export function resolveClientOptions(options: ThriftClientOptions, report: (message: string) => void): ClientSettings {
  requireKnownOptions('ClientThrift', options, OPTION_NAMES);
  const { connectTimeoutMs = 5_000, maxRetries = 5 } = options;
  requireWhole('connectTimeoutMs', connectTimeoutMs, 1, 86_400_000);
  requireWhole('maxRetries', maxRetries, 0, 100);
  return {
    ...resolveServers(options),
    lookup: options.lookup,
    tls: options.tls && new ClientTls(options.tls, report),
    protocol: resolveProtocol(options),
    framing: options.framing ?? 'unframed',
    multiplexed: options.multiplexed ?? false,
    stringMapsAsObjects: options.stringMapsAsObjects ?? false,
    connectTimeoutMs,
    waitForConnection: options.waitForConnection ?? true,
    maxRetries,
    limits: resolveLimits({ ...CLIENT_LIMITS, ...options.limits }),
  };
}

function resolveServers(options: ThriftClientOptions): Pick<ClientSettings, 'targets' | 'name'> {
  const { servers, host, port, path } = options;
  if (servers === undefined) return { targets: [resolveTarget(options)], name: undefined };
  if (host !== undefined || port !== undefined || path !== undefined) {
    throw new ThriftStartError('servers takes the place of host, port and path: pass one or the other');
  }
  if (typeof servers === 'string') {
    const target = parseTarget(servers);
    return isIP(target.host) > 0 ? { targets: [target], name: undefined } : { targets: [], name: target };
  }
  if (servers.length === 0) throw new ThriftStartError('servers is empty: a client needs one at least');
  const targets = new Map(servers.map(parseTarget).map((target) => [describeTarget(target), target]));
  return { targets: [...targets.values()], name: undefined };
}

function resolveTarget({ host = 'localhost', port = DEFAULT_PORT, path }: ThriftClientOptions): Target {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return { host, port, path };
  throw new ThriftStartError(`port is ${String(port)}: a client needs one from 1 to 65535`);
}

/** @throws ThriftStartError for combinations that no server understands. */
function resolveProtocol({ protocol = 'binary', strict = true, framing = 'unframed' }: ThriftClientOptions): Protocol {
  const inHeader = framing.endsWith('header');
  if (inHeader && protocol === 'json') {
    throw new ThriftStartError(`protocol is json, but THeader and TTHeader (${framing}) carry only binary and compact`);
  }
  if (strict) return PROTOCOLS[protocol];
  if (protocol === 'binary' && !inHeader) return oldBinaryProtocol;
  const given = inHeader ? `framing is ${framing}` : `protocol is ${protocol}`;
  throw new ThriftStartError(`strict is false, but ${given}: only binary has an old style, framed or unframed`);
}

function requireWhole(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new ThriftStartError(`${name} is ${String(value)}, allowed are ${String(min)} to ${String(max)}`);
}
