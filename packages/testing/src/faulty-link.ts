import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** A proxy to a local server, with faults: cut, hanging, slow. Its port never changes. */
export class FaultyLink {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #hanging = false;
  #replyDelayMs = 0;
  /** Breaks off every n-th piece of a reply; 0 = none. */
  #cutEvery = 0;
  #replies = 0;

  private constructor(private readonly target: URL) {}

  /** A working link; `target` has a host and a port. */
  static async to(target: string): Promise<FaultyLink> {
    const link = new FaultyLink(new URL(target));
    await link.mend();
    return link;
  }

  /** The target's address through this link. */
  get uri(): string {
    const uri = new URL(this.target);
    uri.host = `127.0.0.1:${String(this.#port)}`;
    return uri.href;
  }

  /** Rejects new connections, and resets open ones. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    if (server?.listening) await once(server, 'close');
  }

  /** Accepts connections, but transfers no more bytes. */
  hang(): void {
    this.#hanging = true;
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  /** After a hang: new connections work, old ones stay dead, as behind a router that lost their state. */
  letNewOnesThrough(): void {
    this.#hanging = false;
  }

  slow(replyDelayMs: number): void {
    this.#replyDelayMs = replyDelayMs;
  }

  /** Breaks off every n-th reply in the middle, and resets its connection: the command itself was executed. */
  cutReplies(every: number): void {
    this.#cutEvery = every;
  }

  /** Removes all faults, and resets every connection. */
  async mend(): Promise<void> {
    this.#hanging = false;
    this.#replyDelayMs = 0;
    this.#cutEvery = 0;
    await this.cut();
    this.#server = createServer((socket) => {
      this.#carry(socket);
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #carry(socket: Socket): void {
    const onward = connect(Number(this.target.port), this.target.hostname);
    for (const end of [socket, onward]) {
      this.#sockets.add(end);
      end.on('error', () => undefined).on('close', () => this.#sockets.delete(end));
    }
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
    if (!this.#hanging) socket.pipe(onward).pipe(this.#replyFaults(socket)).pipe(socket);
  }

  /** On the way back to the client. */
  #replyFaults(socket: Socket): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        if (this.#cutEvery > 0 && ++this.#replies % this.#cutEvery === 0) {
          socket.write(chunk.subarray(0, chunk.length / 2), () => socket.resetAndDestroy());
        } else if (this.#replyDelayMs > 0) setTimeout(done, this.#replyDelayMs, null, chunk);
        else done(null, chunk);
      },
    });
  }
}
