/**
 * Returns a maker of task ids in the layout of a MongoDB ObjectId: seconds, five random bytes that stay the same for this
 * maker, and a counter from a random start. Ids made in one second sort in the order in which they were made.
 *
 * @param now Milliseconds since 1970.
 * @param random Fills the array with random bytes, as `crypto.getRandomValues` does.
 */
export function objectIdMaker(now: () => number, random: (bytes: Uint8Array<ArrayBuffer>) => void): () => string {
  const seed = new Uint8Array(8);
  random(seed);
  const maker = hex(seed.subarray(0, 5));
  // The top bit stays free, so that a counter that starts high has room before it wraps.
  let counter = ((seed[5] ?? 0) & 0x7f) * 0x10000 + (seed[6] ?? 0) * 0x100 + (seed[7] ?? 0);
  return () => {
    counter = (counter + 1) % 0x1000000;
    const seconds = Math.floor(now() / 1000);
    return seconds.toString(16).padStart(8, '0') + maker + counter.toString(16).padStart(6, '0');
  };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
