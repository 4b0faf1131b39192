import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Counts the requests of each connection that wait for their answer. Node serves all that one read has brought, thousands
 * of them, whether or not the peer ever reads an answer.
 */
export class UnansweredRequests {
  readonly #counts = new WeakMap<Socket, number>();

  /** @param limit How many may wait on one connection. */
  constructor(private readonly limit: number) {}

  /** Whether this request is to be served; if not, its connection is closed. */
  admit({ socket }: IncomingMessage, response: ServerResponse): boolean {
    if (socket.destroyed) return false;
    if (this.#count(socket) >= this.limit) {
      socket.destroy();
      return false;
    }
    this.#add(socket, 1);
    response.once('close', () => {
      // Not before the next turn: answers that are ready at once would let everything pass that one read has brought.
      setImmediate(() => {
        this.#add(socket, -1);
      });
    });
    return true;
  }

  #count(socket: Socket): number {
    return this.#counts.get(socket) ?? 0;
  }

  #add(socket: Socket, number: number): void {
    this.#counts.set(socket, this.#count(socket) + number);
  }
}
