import type { Browser } from './browser.js';

/**
 * Returns a generator of task ids in the layout of a MongoDB ObjectId: seconds, five random bytes that are constant for this
 * generator, and a counter from a random start. Ids of one second sort in the order of their creation.
 */
export function objectIdMaker(browser: Pick<Browser, 'now' | 'randomBytes'>): () => string {
  const seed = new Uint8Array(8);
  browser.randomBytes(seed);
  const maker = hex(seed.subarray(0, 5));
  // The top bit is zero, so that the counter does not wrap soon.
  let counter = ((seed[5] ?? 0) & 0x7f) * 0x10000 + (seed[6] ?? 0) * 0x100 + (seed[7] ?? 0);
  return () => {
    counter = (counter + 1) % 0x1000000;
    const seconds = Math.floor(browser.now() / 1000);
    return seconds.toString(16).padStart(8, '0') + maker + counter.toString(16).padStart(6, '0');
  };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
