import { readFileSync } from 'node:fs';

/** What HTTP may take, and what the store, the log and the process itself do. */
const HTTP_DESCRIPTORS = 256;
const OTHER_DESCRIPTORS = 128;

/** How many file descriptors this process may have open; undefined where the system doesn't say, or sets no limit. */
export function readDescriptorLimit(file = '/proc/self/limits'): number | undefined {
  try {
    const [, soft] = /^Max open files +(\d+) /m.exec(readFileSync(file, 'latin1')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/**
 * How many of the wanted connections leave enough descriptors for the rest of the service: where all are taken, nobody
 * reaches its health any more, and the store can't open its files. Half of few descriptors are kept.
 */
export function affordableConnections(wanted: number, descriptors: number | undefined, hasHttp: boolean): number {
  if (descriptors === undefined) return wanted;
  return Math.min(wanted, descriptors - reserveOf(descriptors, hasHttp));
}

/** What to say where fewer connections are affordable than wanted. */
export function describeShortage(wanted: number, descriptors: number, affordable: number): string {
  const needed = wanted + descriptors - affordable;
  return (
    `This process may open ${String(descriptors)} files, so it takes ${String(affordable)} connections instead of ` +
    `${String(wanted)} (THRIFT_MAX_CONNECTIONS): allow ${String(needed)} (ulimit -n, LimitNOFILE), or set fewer`
  );
}

function reserveOf(descriptors: number, hasHttp: boolean): number {
  const wanted = OTHER_DESCRIPTORS + (hasHttp ? HTTP_DESCRIPTORS : 0);
  return Math.min(wanted, Math.floor(descriptors / 2));
}
