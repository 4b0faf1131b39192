/**
 * After so many messages it is the other connections' turn, in whatever time they came: a peer that sends one now and then
 * has nothing at hand that would have to wait for its next turn.
 */
const MESSAGES_PER_TURN = 64;
/** Or after so many bytes, which is some milliseconds' work; what was compressed counts by its full size. */
const BYTES_PER_TURN = 1_048_576;

/** Sees to it that a connection with much at hand lets the others have their turns of the event loop. */
export class MessageTurn {
  /** Whether the connection has to wait for its next turn. */
  isOver = false;
  private messages = 0;
  private bytes = 0;

  /** @param next called when the next turn has come. */
  constructor(private readonly next: () => void) {}

  /** Counts a message. */
  took(bytes: number): void {
    this.bytes += bytes;
    if (++this.messages < MESSAGES_PER_TURN && this.bytes < BYTES_PER_TURN) return;
    this.isOver = true;
    setImmediate(this.begin);
  }

  private readonly begin = (): void => {
    this.isOver = false;
    this.messages = 0;
    this.bytes = 0;
    this.next();
  };
}
