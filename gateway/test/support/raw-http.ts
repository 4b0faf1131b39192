import { connect, type Socket } from 'node:net';

/** A connection with raw bytes in both directions. */
export class RawHttp {
  readonly #socket: Socket;
  #received = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      this.#received += chunk;
    });
    // A reset counts as an end.
    socket.on('error', () => undefined);
  }

  /** @param localAddress of this machine; the network that the gateway sees. */
  static open(port: number, localAddress = '127.0.0.1'): Promise<RawHttp> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', localAddress }, () => {
        resolve(new RawHttp(socket));
      });
      socket.once('error', reject);
    });
  }

  /** Sends one request and returns everything up to the end of the connection. */
  static async exchange(port: number, text: string): Promise<string> {
    const raw = await RawHttp.open(port);
    raw.write(text);
    return raw.untilClosed();
  }

  get received(): string {
    return this.#received;
  }

  write(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /** Resolves once the received text matches. */
  until(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!pattern.test(this.#received)) return;
        this.#socket.off('data', look);
        resolve(this.#received);
      };
      this.#socket.on('data', look);
      this.#socket.once('close', () => {
        reject(new Error(`Closed before ${String(pattern)}: ${this.#received}`));
      });
      look();
    });
  }

  untilClosed(): Promise<string> {
    if (this.#socket.closed) return Promise.resolve(this.#received);
    return new Promise((resolve) => {
      this.#socket.once('close', () => {
        resolve(this.#received);
      });
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Parses the answers received: status, headers by lower-case name, body. */
export function answersIn(received: string): { status: number; headers: Record<string, string>; body: string }[] {
  return received
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .filter((part) => part !== '')
    .map((part) => {
      const [head = '', ...rest] = part.split('\r\n\r\n');
      const [line = '', ...fields] = head.split('\r\n');
      const headers = Object.fromEntries(
        fields.map((field) => {
          const at = field.indexOf(':');
          return [field.slice(0, at).toLowerCase(), field.slice(at + 1).trim()];
        }),
      );
      return { status: Number(line.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
    });
}
