import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a server of this machine that can be cut, left hanging, and mended, always at the same port. */
export class FaultyLink {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #hanging = false;

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

  /** All is well again; connections that hung are reset. */
  async mend(): Promise<void> {
    this.#hanging = false;
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
    if (!this.#hanging) socket.pipe(onward).pipe(socket);
  }
}
