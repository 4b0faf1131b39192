/** After so many messages in a row it is the other connections' turn. */
const MESSAGES_IN_A_ROW = 64;

/** Sees to it that a connection with many messages at hand lets the others have their turns of the event loop. */
export class MessageTurn {
  /** Whether the connection has to wait for its next turn. */
  isOver = false;
  private messages = 0;

  /** @param next called when the next turn has come. */
  constructor(private readonly next: () => void) {}

  /** Counts a message. */
  took(): void {
    if (++this.messages < MESSAGES_IN_A_ROW) return;
    this.isOver = true;
    setImmediate(this.begin);
  }

  private readonly begin = (): void => {
    this.isOver = false;
    this.messages = 0;
    this.next();
  };
}
