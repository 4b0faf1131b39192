import { ThriftProtocolError } from '../errors.js';
import type { ThriftValue } from '../schema.js';

/** Containers up to this size are not checked: even if all their keys collide, they cost little. */
export const UNGUARDED_SIZE = 1_024;
/** Number of keys between two checks of the clock. */
export const KEYS_PER_LOOK = 256;
/** Maximum time for this many keys; above it, the guard tests whether they collide. */
const SLOW_LOOK_MS = KEYS_PER_LOOK * 0.0005;
/**
 * Number of keys that a check looks up: small enough for the processor's cache, so that the container's size has no
 * effect.
 */
const SAMPLE_SIZE = 64;
/** Measurements of a check. A single innocent one is enough: colliding keys are never fast. */
const REPETITIONS = 20;
/** Minimum ratio of the lookup time of colliding keys to that of other keys. */
const COLLISION_RATIO = 10;
/** Pause after a check. It keeps the cost of checks low where values are so slow to read that all keys are suspect. */
const CHECK_PAUSE_MS = 4;
const CHECK_PAUSE_MS_PER_KEY = 0.0002;

/** The common interface of Set and Map. */
interface KeyedContainer {
  readonly size: number;
  has(key: ThriftValue): boolean;
  keys(): Iterable<ThriftValue>;
}

/**
 * Stops the filling of a Set or Map whose numbers were chosen to collide. V8 seeds the hashes of strings, but not those
 * of numbers and bigints, so a peer can choose numbers that share one bucket: filling is quadratic then.
 *
 * The clock only raises suspicion. A container is rejected when its keys take much longer to look up than others do,
 * independent of V8's hash function and of how busy the machine is.
 */
export class CollisionGuard {
  #lookedAtMs = 0;
  #nextCheckAtMs = 0;

  /** Starts the clock of a container. */
  begin(): void {
    this.#lookedAtMs = performance.now();
  }

  /**
   * Call after each {@link KEYS_PER_LOOK} keys.
   * @throws ThriftProtocolError when the keys collide.
   */
  look(container: KeyedContainer): void {
    const nowMs = performance.now();
    const isSlow = nowMs - this.#lookedAtMs > SLOW_LOOK_MS;
    this.#lookedAtMs = nowMs;
    if (!isSlow || nowMs < this.#nextCheckAtMs) return;
    if (doKeysCollide(container)) {
      throw new ThriftProtocolError(
        'size-limit',
        `a set or map of more than ${String(container.size)} numbers that collide in a hash table`,
      );
    }
    this.#lookedAtMs = performance.now();
    this.#nextCheckAtMs = this.#lookedAtMs + CHECK_PAUSE_MS + container.size * CHECK_PAUSE_MS_PER_KEY;
  }
}

/** Whether the keys of a container take many times longer to look up than arbitrary keys. */
export function doKeysCollide(container: KeyedContainer): boolean {
  const sample = sampleOf(container);
  const unchosen = sample.map((key, index) => (typeof key === 'bigint' ? BigInt(index) : index));
  const reference = new Set<ThriftValue>(unchosen);
  let keysMs = Infinity;
  let referenceMs = Infinity;
  for (let i = 0; i < REPETITIONS; i++) {
    referenceMs = Math.min(referenceMs, lookupMs(reference, unchosen));
    keysMs = Math.min(keysMs, lookupMs(container, sample));
    if (i > 0 && keysMs <= referenceMs * COLLISION_RATIO) return false;
  }
  return true;
}

/** Samples keys from the whole container: the most recent ones are found first in their bucket. */
function sampleOf(container: KeyedContainer): ThriftValue[] {
  const stride = Math.max(1, Math.floor(container.size / SAMPLE_SIZE));
  // Random, so that a peer can't predict which keys are checked.
  let skip = Math.floor(Math.random() * stride);
  const sample: ThriftValue[] = [];
  for (const key of container.keys()) {
    if (skip-- > 0) continue;
    sample.push(key);
    skip = stride - 1;
  }
  return sample;
}

function lookupMs(container: KeyedContainer, keys: readonly ThriftValue[]): number {
  const startedAtMs = performance.now();
  let found = 0;
  for (const key of keys) if (container.has(key)) found++;
  const tookMs = performance.now() - startedAtMs;
  // Always true: the count keeps the compiler from removing the lookups.
  return found === keys.length ? tookMs : Infinity;
}
