import { readFileSync } from 'node:fs';

/** Minimum for the process to load: modules are read concurrently. */
export const MIN_DESCRIPTORS = 256;

/** Users of file descriptors besides the listener with limited connections. */
export interface DescriptorUse {
  /** Whether health and metrics are enabled. */
  readonly hasOperations: boolean;
  /** TLS handshakes that may be in progress beside the open connections, as a part of their number; 0 without TLS. */
  readonly handshakeShare: number;
}

/** Descriptors reserved for health and metrics, and for the store, the log and the process itself. */
const HTTP_DESCRIPTORS = 256;
const OTHER_DESCRIPTORS = 128;

/** The limit of file descriptors of this process; undefined where the system doesn't tell, or sets no limit. */
export function readDescriptorLimit(file = '/proc/self/limits'): number | undefined {
  try {
    const [, soft] = /^Max open files +(\d+) /m.exec(readFileSync(file, 'latin1')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/**
 * Returns how many of the wanted connections leave enough descriptors for the rest of the service. With all descriptors
 * taken, health can't be reached and the store can't open its files. A low limit is split in half.
 */
export function affordableConnections(wanted: number, descriptors: number | undefined, use: DescriptorUse): number {
  if (descriptors === undefined) return wanted;
  return Math.min(wanted, Math.floor((descriptors - reserveOf(descriptors, use)) / (1 + use.handshakeShare)));
}

/**
 * The warning when fewer connections are possible than wanted.
 *
 * @param variable Sets the wanted number of connections.
 */
export function describeShortage(
  wanted: number,
  descriptors: number,
  affordable: number,
  use: DescriptorUse,
  variable: string,
): string {
  const needed = Math.ceil(wanted * (1 + use.handshakeShare)) + fullReserve(use);
  return (
    `This process may open ${String(descriptors)} files, so it takes ${String(affordable)} connections instead of ` +
    `${String(wanted)} (${variable}): allow ${String(needed)} (ulimit -n, LimitNOFILE), or set fewer`
  );
}

function reserveOf(descriptors: number, use: DescriptorUse): number {
  return Math.min(fullReserve(use), Math.floor(descriptors / 2));
}

function fullReserve({ hasOperations }: DescriptorUse): number {
  return OTHER_DESCRIPTORS + (hasOperations ? HTTP_DESCRIPTORS : 0);
}
