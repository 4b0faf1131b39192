import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';

/** A request as the gate sees it. */
export interface GatedRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** Whether it asks for a file of the page, which says nothing about the service. */
  readonly isPage: boolean;
}

/** Names that no DNS server can point elsewhere, with any port: it may be forwarded from another one of this machine. */
const HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an address of a socket is one of this machine's own. */
export function isLoopback(address: string | undefined): boolean {
  // A socket that was reset already has none.
  return address !== undefined && loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * Why a request is rejected; undefined for one of the page itself, or of a program on this machine.
 *
 * - Host: a site that lets its own name resolve to 127.0.0.1 (DNS rebinding) sends that name.
 * - Other sites: browsers say by `Sec-Fetch-Site`, or by `Origin` alone, whose page has sent a request. Another port of
 *   localhost is another origin. Links may lead to the page: it does nothing until somebody presses a button.
 */
export function rejectionOf({ method, headers, isPage }: GatedRequest): string | undefined {
  const { host = '', origin } = headers;
  if (!HOST.test(host)) return `The explorer answers to localhost and 127.0.0.1, not to ${JSON.stringify(host)}.`;
  const site = headers['sec-fetch-site'];
  const isLink = isPage && method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && isTopLevel(headers);
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isLink) {
    return `The request comes from another site (Sec-Fetch-Site: ${site}).`;
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return `The request comes from another origin, ${JSON.stringify(origin)}.`;
  }
  return undefined;
}

function isTopLevel(headers: IncomingHttpHeaders): boolean {
  return headers['sec-fetch-dest'] === 'document';
}
