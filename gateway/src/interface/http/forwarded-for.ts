import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

const HEADER = 'x-forwarded-for';

/** An address with a port, as some proxies append it: `192.0.2.1:40000`, `[2001:db8::1]:443`, `[2001:db8::1]`. */
const WITH_PORT = /^(?:\[(?<v6>[^\]]*)\](?::\d*)?|(?<v4>[\d.]+):\d*)$/;

/**
 * Keeps only plain IP addresses in `X-Forwarded-For`: ports are removed, and an invalid entry ends the chain, so that
 * the proxy which sent it counts as the client.
 */
export function tidyForwardedFor(headers: IncomingHttpHeaders): void {
  const value = headers[HEADER];
  if (value === undefined) return;
  const addresses: string[] = [];
  // The nearest hop is last.
  for (const entry of String(value).split(',').reverse()) {
    const address = plainIp(entry.trim());
    if (address === undefined) break;
    addresses.unshift(address);
  }
  if (addresses.length > 0) headers[HEADER] = addresses.join(', ');
  else headers[HEADER] = undefined;
}

function plainIp(entry: string): string | undefined {
  const { v6, v4 } = WITH_PORT.exec(entry)?.groups ?? {};
  const address = v6 ?? v4 ?? entry;
  // A zone id names an interface of the proxy, not of this machine.
  return isIP(address) !== 0 && !address.includes('%') ? address : undefined;
}
