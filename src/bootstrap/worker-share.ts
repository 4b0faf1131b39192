import { LIMIT_RULES, type ThriftLimits } from 'nestjs-thrift';

/** Which of how many workers. */
export interface WorkerPlace {
  /** From 1. */
  readonly number: number;
  readonly count: number;
}

/** Limits of the service as a whole; all others are of a connection, a message or an event loop. */
const DIVIDED = ['maxConnections', 'maxCalls', 'maxQueuedCalls', 'maxBufferedBytes', 'maxUnsentBytes'] as const;

/**
 * What one worker gets of the service's limits: together they never have more connections than are configured. Memory for
 * one message of the greatest size is left to each of them, however many there are.
 *
 * @param given Those that differ from their defaults.
 */
export function workerShare(given: Partial<ThriftLimits>, { number, count }: WorkerPlace): Partial<ThriftLimits> {
  const limit = (name: keyof ThriftLimits): number => given[name] ?? LIMIT_RULES[name].default;
  const shares = DIVIDED.map((name) => {
    const total = limit(name);
    // The first ones take what is left over.
    const share = Math.floor(total / count) + (number <= total % count ? 1 : 0);
    const least = name.endsWith('Bytes') ? Math.min(total, limit('maxMessageBytes')) : 0;
    return [name, Math.max(share, least, LIMIT_RULES[name].min)] as const;
  });
  return { ...given, ...Object.fromEntries(shares) };
}
