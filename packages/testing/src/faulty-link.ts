import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** A way to a server of this machine that can be cut, left hanging, slow, and mended, always at the same port. */
export class FaultyLink {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #hanging = false;
  #replyDelayMs = 0;
  /** Every so many pieces of replies one breaks off; 0 = none. */
  #cutEvery = 0;
  #replies = 0;

  private constructor(private readonly target: URL) {}

  /** A link in order; `target` has a host and a port. */
  static async to(target: string): Promise<FaultyLink> {
    const link = new FaultyLink(new URL(target));
    await link.mend();
    return link;
  }

  /** The target's address, by way of this link. */
  get uri(): string {
    const uri = new URL(this.target);
    uri.host = `127.0.0.1:${String(this.#port)}`;
    return uri.href;
  }

  /** Connections are refused; those that stand are reset. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    if (server?.listening) await once(server, 'close');
  }

  /** Connections are accepted and stand, but nothing gets through any more. */
  hang(): void {
    this.#hanging = true;
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  /** After it hung: new connections work, those that stand stay dead, as behind a router that forgot them. */
  letNewOnesThrough(): void {
    this.#hanging = false;
  }

  /** Whatever the server says arrives late. */
  slow(replyDelayMs: number): void {
    this.#replyDelayMs = replyDelayMs;
  }

  /** One of so many replies breaks off in the middle, and its connection is reset: what was asked for has been done. */
  cutReplies(every: number): void {
    this.#cutEvery = every;
  }

  /** All is well again; every connection is reset. */
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
