import type { Unsubscribable } from 'rxjs';
import type { ThriftContext } from '../nest/context.js';
import type { Framing, ReceivedMessage } from '../framing/framing.js';
import type { WrittenMessage } from '../protocol/byte-writer.js';
import type { MessageHeader } from '../protocol/protocol.js';
import type { CallScope } from './call-scope.js';
import type { ThriftPeer } from '../connection/peer.js';

/** What a call needs of the connection that it came on. */
export interface CallConnection extends ThriftPeer {
  /** How its messages are told apart, for replies that look like their requests. */
  readonly replyFraming: Framing | undefined;
  /** Whether the message read last came after the server began to drain. */
  readonly isRefusing: boolean;
  /** Whether the peer waits for the reply to the message read last before it sends another. */
  readonly isPatient: boolean;
  /** The request of a call takes that much more memory than its bytes. */
  weigh(call: ServerCall, moreBytes: number): void;
  /** Answers a call; false when it has its answer already, or the connection is gone. */
  settle(call: ServerCall, reply: WrittenMessage | undefined): boolean;
}

/** A call from its last byte read to its reply: its place in the order of replies. */
export class ServerCall {
  /** The calls before and after it on the connection. */
  previous: ServerCall | undefined;
  next: ServerCall | undefined;
  /** The finished reply, while calls before it still run. */
  reply: WrittenMessage | undefined;
  /** Whether it has its answer, or never gets one. */
  settled = false;
  /** Whether it runs, rather than waits for a place. */
  active = false;
  /** Set once it is known what runs. */
  context: ThriftContext | undefined;
  /** What the context shows, and the way to abort it. Set with the context. */
  scope: CallScope | undefined;
  /** What the handler goes on to produce. */
  result: Unsubscribable | undefined;
  /** When its deadline is, on the clock of `performance.now()`. */
  deadlineAtMs = Infinity;
  /** Rings at a deadline that the client set; that of the server is looked at now and then. */
  timer: NodeJS.Timeout | undefined;
  /** When its last byte was read, on the same clock. */
  readonly startedAtMs = performance.now();

  /**
   * @param requestBytes what it came in; what it keeps in memory while it runs may be more, and is added then.
   * @param wantsReply false for a oneway message; the IDL may say so later.
   */
  constructor(
    readonly connection: CallConnection,
    readonly header: MessageHeader,
    readonly protocol: ReceivedMessage['protocol'],
    readonly headers: ReceivedMessage['headers'],
    public requestBytes: number,
    public wantsReply: boolean,
  ) {}

  /** It has its answer: nothing of it is to go on. */
  stop(): void {
    this.settled = true;
    clearTimeout(this.timer);
    this.result?.unsubscribe();
  }
}
