import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * The part of an address that its owner can't change at will: an IPv4 address, or the /64 of an IPv6 address. IPv4
 * written as IPv6 (`::ffff:192.0.2.1`) is IPv4. Any other text is its own network.
 */
export function networkOf(address: string): string {
  // The common case on the path of every request: skips the parser.
  if (isIPv4(address)) return address;
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':');
}
