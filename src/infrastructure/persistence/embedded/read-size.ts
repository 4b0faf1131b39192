/** Time that one read of a list should take, in milliseconds: other calls wait meanwhile. */
const READ_MS = 10;
/** Rows of the first read of a process, which tells how fast the disk is. */
const FIRST_ROWS = 16;
const MAX_ROWS = 500;
/** A read of fewer rows tells nothing, unless it takes too long: most of its time is not that of rows. */
const TELLING_ROWS = 16;
/** How slowly the memory of a slow read fades: some pages are in memory and others are not. */
const FADING = 0.9;

/** How many rows one read of a list has: as many as the slowest of the recent reads would have had in time. */
export class ReadSize {
  #msPerRow = READ_MS / FIRST_ROWS;

  get rows(): number {
    return Math.min(MAX_ROWS, Math.max(1, Math.floor(READ_MS / this.#msPerRow)));
  }

  /** Updates the estimate by a read. */
  took(ms: number, rows: number): void {
    const isTelling = rows >= TELLING_ROWS || ms > READ_MS;
    const newest = isTelling ? ms / Math.max(rows, 1) : 0;
    this.#msPerRow = Math.max(newest, this.#msPerRow * FADING);
  }
}
