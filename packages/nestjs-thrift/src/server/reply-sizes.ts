/** Part of the difference by which a smaller reply lowers the estimate: a few small ones must not hide the large ones. */
const DECAY = 1 / 16;
/** Estimate of a method up to which those of single connections make no difference. */
const SMALL_BYTES = 4_096;

/** Estimated size of replies: rises at once, decays slowly. */
export class ReplySize {
  /** In bytes; undefined before the first reply. */
  bytes: number | undefined;

  /** Updates the estimate by a reply. */
  update(replyBytes: number): void {
    const known = this.bytes ?? replyBytes;
    this.bytes = replyBytes >= known ? replyBytes : known - (known - replyBytes) * DECAY;
  }
}

/** A method, as far as the sizes of its replies go. */
interface SizedMethod {
  readonly replySize: ReplySize;
}

/**
 * Estimated sizes of the replies of one connection. A peer that waits for each reply is charged by its own replies, so the
 * large ones of others do not delay it. One that pipelines is charged by those of all: it could start many calls before its
 * first reply shows how large they are.
 */
export class ReplySizes {
  /** Created with the first reply. */
  #own: Map<SizedMethod, ReplySize> | undefined;

  /** In bytes; undefined while nothing is known. @param isAlone whether no other call of the connection is in flight. */
  estimate(method: SizedMethod, isAlone: boolean): number | undefined {
    const { bytes } = method.replySize;
    const isSmall = bytes === undefined || bytes <= SMALL_BYTES;
    return isSmall || !isAlone ? bytes : (this.#own?.get(method)?.bytes ?? bytes);
  }

  /** Updates the estimates by a reply. */
  update(method: SizedMethod, replyBytes: number): void {
    method.replySize.update(replyBytes);
    this.#own ??= new Map();
    let own = this.#own.get(method);
    if (own === undefined) this.#own.set(method, (own = new ReplySize()));
    own.update(replyBytes);
  }
}
