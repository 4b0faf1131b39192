/** Smaller replies lower the estimate by this part of the difference: a few must not hide the large ones behind them. */
const DECAY = 1 / 16;

/** The size that the replies of a method have: rises at once, decays slowly. */
export class ReplySize {
  /** In bytes; undefined before the first reply. */
  bytes: number | undefined;

  /** Updates the estimate by a reply. */
  update(replyBytes: number): void {
    const known = this.bytes ?? replyBytes;
    this.bytes = replyBytes >= known ? replyBytes : known - (known - replyBytes) * DECAY;
  }
}
