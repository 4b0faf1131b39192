import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What connections may take. */
export interface HttpConnectionLimits {
  /** Open connections. */
  readonly maxConnections: number;
  /** Requests of one connection that wait for their answer. */
  readonly maxUnanswered: number;
}

/**
 * The connections of an HTTP server, in the order in which they last got an answer, or were opened. At the limit a new one
 * takes the place of the first that has no request under way: a slow request, or many, must not keep probes out.
 *
 * Also bounds the requests that wait on one connection. Node serves all that one read has brought, thousands of them,
 * whether or not the peer ever reads an answer.
 */
export class HttpConnections {
  readonly #limits: HttpConnectionLimits;
  /** By connection, its requests without their answer. */
  readonly #unanswered = new Map<Socket, number>();

  constructor(limits: HttpConnectionLimits) {
    this.#limits = limits;
  }

  /** Takes a new connection, or closes it where all others are being answered. */
  open(socket: Socket): void {
    if (this.#unanswered.size >= this.#limits.maxConnections && !this.#closeOneAtRest()) {
      socket.destroy();
      return;
    }
    this.#unanswered.set(socket, 0);
    socket.once('close', () => this.#unanswered.delete(socket));
  }

  /** Whether this request is to be served; if not, its connection is closed. */
  admit({ socket }: IncomingMessage, response: ServerResponse): boolean {
    const count = this.#unanswered.get(socket);
    if (count === undefined || socket.destroyed) return false;
    if (count >= this.#limits.maxUnanswered) {
      socket.destroy();
      return false;
    }
    this.#unanswered.set(socket, count + 1);
    response.once('close', () => {
      // Not in this iteration of the event loop: answers that are ready at once would let everything pass that one read
      // has brought.
      setImmediate(() => {
        this.#onAnswered(socket);
      });
    });
    return true;
  }

  #onAnswered(socket: Socket): void {
    const count = this.#unanswered.get(socket);
    if (count === undefined) return;
    // To the end of the order.
    this.#unanswered.delete(socket);
    this.#unanswered.set(socket, count - 1);
  }

  #closeOneAtRest(): boolean {
    for (const [socket, count] of this.#unanswered) {
      if (count > 0) continue;
      this.#unanswered.delete(socket);
      socket.destroy();
      return true;
    }
    return false;
  }
}
