import { isIP } from 'node:net';
import { ThriftStartError } from '../errors.js';

/** Where a client connects to. */
export interface Target {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  /** The path of a Unix domain socket, in place of host and port. */
  readonly path?: string | undefined;
  /** Name that the server's certificate must have, where it is not `host`. */
  readonly servername?: string | undefined;
}

const HOST_AND_PORT = /^(?:([^:[\]\s/,]+)|\[([\da-f:.]+(?:%\w+)?)\]):(\d{1,5})$/i;

/** Parses `host:port`, an IPv6 address in brackets. @throws ThriftStartError naming the option. */
export function parseTarget(text: string): Target {
  const [, name, address, digits] = HOST_AND_PORT.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port < 1 || port > 65_535) {
    throw new ThriftStartError(`servers has '${text}', it must be host:port, like 10.0.0.1:9090 or [::1]:9090`);
  }
  return { host: name ?? address ?? '', port };
}

/** One of the addresses of a name. Its certificate must have the name. */
export function targetAt(address: string, { host, port }: Target): Target {
  return { host: address, port, servername: host };
}

/** The target in messages, events and metrics: `host:port`, or the path. */
export function describeTarget({ host, port, path }: Target): string {
  return path ?? `${isIP(host) === 6 ? `[${host}]` : host}:${String(port)}`;
}
