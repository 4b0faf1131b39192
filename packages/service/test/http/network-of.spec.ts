import { describe, expect, it } from '@jest/globals';
import { networkOf } from '../../src/http/network-of.js';

describe('the network of an address', () => {
  it.each([
    ['an IPv4 address', '192.0.2.7', '192.0.2.7'],
    ['IPv4 in IPv6', '::ffff:192.0.2.7', '192.0.2.7'],
    ['IPv4 in IPv6, in hexadecimal', '::ffff:c000:207', '192.0.2.7'],
    ['the /64 of an IPv6 address', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['the /64 of another one in it', '2001:DB8:1:2:ffff::', '2001:db8:1:2'],
    ['the /64 of a short form', '::1', '0:0:0:0'],
    ['the /64 of a link-local address with a zone', 'fe80::1%eth0', 'fe80:0:0:0'],
    ['the text itself where it is no address', 'unknown', 'unknown'],
  ])('is %s', (_what, address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
