import { deflate, deflateSync } from 'node:zlib';
import { bodyOfFrame, withTransforms } from './header.js';
import { compresses } from './transforms.js';

/** Size up to which a reply is compressed at once: less work than a trip to the pool. */
const SMALL_BYTES = 4_096;
/** Size above which a reply is not compressed: it would keep the pool from all others for too long. */
const MAX_BYTES = 1_048_576;
/** Total size of the replies that may wait; further ones are not compressed. */
const MAX_WAITING_BYTES = 4_194_304;

/** Starts work in libuv's pool that calls `done` when it has ended. Returns false where it is no longer needed. */
type Job = (done: () => void) => boolean;

export type Compression = 'none' | 'at-once' | 'in-pool';

/**
 * The zlib work of a process in libuv's pool, where it does not block the event loop: one job at a time, first come, first
 * served. So it leaves the threads of the pool to files and names, and a processor to the event loop.
 *
 * A frame names its own transforms, so a reply may be plain although its call was compressed (HeaderFormat.md; fbthrift
 * leaves out the transform of what is too small). Large replies are, and all that find too many before them.
 */
export class ZlibQueue {
  /** Jobs in the pool. */
  running = 0;
  /** Total size of the replies that wait or are being compressed. */
  #replyBytes = 0;
  readonly #waiting: Job[] = [];

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Runs a job after those before it. */
  add(job: Job): void {
    this.#waiting.push(job);
    if (this.running === 0) this.#startNext();
  }

  /** How to compress a reply of that size. */
  compressionOf(frameBytes: number, transforms: readonly number[]): Compression {
    if (!compresses(transforms) || frameBytes > MAX_BYTES) return 'none';
    if (frameBytes <= SMALL_BYTES) return 'at-once';
    return this.#replyBytes + frameBytes > MAX_WAITING_BYTES ? 'none' : 'in-pool';
  }

  /** Compresses a frame that HeaderFraming wrote, in the pool. `callback` gets the frame as it was where that is smaller. */
  compress(
    frame: Buffer,
    transforms: readonly number[],
    isNeeded: () => boolean,
    callback: (frame: Buffer) => void,
  ): void {
    this.#replyBytes += frame.length;
    this.add((done) => {
      if (!isNeeded()) {
        this.#replyBytes -= frame.length;
        return false;
      }
      deflate(bodyOfFrame(frame), (error, body) => {
        this.#replyBytes -= frame.length;
        done();
        callback(error === null ? smaller(frame, transforms, body) : frame);
      });
      return true;
    });
  }

  #startNext(): void {
    for (let job = this.#waiting.shift(); job !== undefined; job = this.#waiting.shift()) {
      if (!job(this.#onDone)) continue;
      this.running++;
      return;
    }
  }

  readonly #onDone = (): void => {
    this.running--;
    this.#startNext();
  };
}

/** The queue of this process: its servers share one pool. */
export const zlibQueue = new ZlibQueue();

/** Compresses a frame that HeaderFraming wrote. Returns the frame as it was where that is smaller. */
export function compressNow(frame: Buffer, transforms: readonly number[]): Buffer {
  return smaller(frame, transforms, deflateSync(bodyOfFrame(frame)));
}

function smaller(frame: Buffer, transforms: readonly number[], body: Uint8Array): Buffer {
  return body.length < bodyOfFrame(frame).length ? withTransforms(frame, transforms, body) : frame;
}
