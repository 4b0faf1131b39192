import { readFileSync } from 'node:fs';

/** A process that may open fewer files can't even load: modules are read side by side. */
export const LEAST_DESCRIPTORS = 256;

/** Who takes file descriptors beside the listener whose connections are limited. */
export interface DescriptorUse {
  /** Whether health and metrics are on. */
  readonly hasOperations: boolean;
}

/** Reserved for health and metrics, and for the store, the log and the process itself. */
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
export function affordableConnections(wanted: number, descriptors: number | undefined, use: DescriptorUse): number {
  if (descriptors === undefined) return wanted;
  return Math.min(wanted, descriptors - reserveOf(descriptors, use));
}

/**
 * The warning where fewer connections are affordable than wanted.
 *
 * @param variable Sets how many connections are wanted.
 */
export function describeShortage(wanted: number, descriptors: number, affordable: number, variable: string): string {
  const needed = wanted + descriptors - affordable;
  return (
    `This process may open ${String(descriptors)} files, so it takes ${String(affordable)} connections instead of ` +
    `${String(wanted)} (${variable}): allow ${String(needed)} (ulimit -n, LimitNOFILE), or set fewer`
  );
}

function reserveOf(descriptors: number, { hasOperations }: DescriptorUse): number {
  const wanted = OTHER_DESCRIPTORS + (hasOperations ? HTTP_DESCRIPTORS : 0);
  return Math.min(wanted, Math.floor(descriptors / 2));
}
