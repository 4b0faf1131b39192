import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Limits of connections. */
interface HttpConnectionLimits {
  /** Open connections. */
  readonly maxConnections: number;
  /** Unanswered requests per connection. */
  readonly maxUnanswered: number;
}

/**
 * The connections of an HTTP server, ordered by their last answer or their opening. At the limit a new one replaces the
 * first without a request in progress: one or many slow requests must not keep probes out.
 *
 * Also limits unanswered requests per connection. Node handles all requests of one read, thousands of them, whether or
 * not the peer ever reads an answer.
 */
export class HttpConnections {
  readonly #limits: HttpConnectionLimits;
  /** Number of unanswered requests by connection. */
  readonly #unanswered = new Map<Socket, number>();

  constructor(limits: HttpConnectionLimits) {
    this.#limits = limits;
  }

  /** Accepts a new connection, or closes it when all others have requests in progress. */
  open(socket: Socket): void {
    if (this.#unanswered.size >= this.#limits.maxConnections && !this.#closeIdle()) {
      socket.destroy();
      return;
    }
    this.#unanswered.set(socket, 0);
    socket.once('close', () => this.#unanswered.delete(socket));
  }

  /** Whether to serve this request; if not, its connection is closed. */
  admit({ socket }: IncomingMessage, response: ServerResponse): boolean {
    const count = this.#unanswered.get(socket);
    if (count === undefined || socket.destroyed) return false;
    if (count >= this.#limits.maxUnanswered) {
      socket.destroy();
      return false;
    }
    this.#unanswered.set(socket, count + 1);
    response.once('close', () => {
      // In the next iteration of the event loop: otherwise answers that are ready at once would let all requests of one
      // read pass.
      setImmediate(() => {
        this.#onAnswered(socket);
      });
    });
    return true;
  }

  #onAnswered(socket: Socket): void {
    const count = this.#unanswered.get(socket);
    if (count === undefined) return;
    // Moves it to the end of the order.
    this.#unanswered.delete(socket);
    this.#unanswered.set(socket, count - 1);
  }

  #closeIdle(): boolean {
    for (const [socket, count] of this.#unanswered) {
      if (count > 0) continue;
      this.#unanswered.delete(socket);
      socket.destroy();
      return true;
    }
    return false;
  }
}
