import { once } from 'node:events';
import { connect, type NetConnectOpts, type Socket } from 'node:net';

/** Time that a test waits for bytes or for an end before it fails with the bytes received. */
const PATIENCE_MS = 30_000;

/** The other end of a socket: writes any bytes at any pace, and keeps received bytes. */
export class RawPeer {
  /** Bytes received and not taken yet. */
  received: Buffer = Buffer.alloc(0);
  /** Resolves when the other side has sent its FIN. */
  readonly ended: Promise<void>;
  /** Resolves when the socket is closed, for any reason. */
  readonly closed: Promise<void>;

  /** @param socket already connected, for instance a TLS socket. */
  constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.received = Buffer.concat([this.received, chunk]);
    });
    // 'close' follows; a reset is one of the events under test.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) =>
      socket.once('close', () => {
        resolve();
      }),
    );
    this.ended = new Promise((resolve) =>
      socket.once('end', () => {
        resolve();
      }),
    );
  }

  /** Connects, and keeps its own side open after the other side's FIN. */
  static async connect(options: NetConnectOpts): Promise<RawPeer> {
    const socket = connect({ ...options, allowHalfOpen: true, noDelay: true });
    await once(socket, 'connect');
    return new RawPeer(socket);
  }

  /** Writes bytes; resolves when the operating system has accepted them. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) =>
      this.socket.write(bytes, () => {
        resolve();
      }),
    );
  }

  /** Sends FIN and continues to read. */
  end(): void {
    this.socket.end();
  }

  /** Closes with RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Stops reading, so that replies pile up on the other side. */
  stopReading(): void {
    this.socket.pause();
  }

  /** Resolves when `condition` holds, checked at each read; fails when no more bytes can come. */
  async until(condition: () => boolean, wanted: string): Promise<void> {
    const over = this.closed.then(() => 'closed' as const);
    while (!condition()) {
      const patience = new AbortController();
      const timer = setTimeout(() => {
        patience.abort();
      }, PATIENCE_MS);
      const more = once(this.socket, 'data', { signal: patience.signal }).then(
        () => 'data' as const,
        () => 'silence' as const,
      );
      const event = await Promise.race([more, over]);
      clearTimeout(timer);
      patience.abort();
      if (event !== 'data' && !condition()) {
        throw new Error(
          `waited for ${wanted}, got ${event} after ${this.received.subarray(0, 200).toString('latin1')}`,
        );
      }
    }
  }
}
