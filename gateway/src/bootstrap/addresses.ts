import { networkInterfaces } from 'node:os';

const ALL_ADDRESSES = new Set(['0.0.0.0', '::']);

/** Addresses for browsers to reach a server on this host and port: on this machine, then from the network. */
export function addressesOf(host: string, port: number): string[] {
  if (!ALL_ADDRESSES.has(host)) return [urlOf(host, port)];
  const external = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => urlOf(address, port));
  return [urlOf('localhost', port), ...external];
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}
