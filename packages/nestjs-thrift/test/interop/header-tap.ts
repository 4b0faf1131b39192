import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Dialect } from './dialects.js';

/** A message on the wire: the transforms in its THeader, and the body as sent. */
interface TappedMessage {
  readonly transforms: readonly number[];
  readonly body: Buffer;
}

const LENGTH_BYTES = 4;
/** Magic, flags and sequence id, then the size of the rest of the header in words. */
const SIZE_OFFSET = 8;
const FIXED_BYTES = 10;

/** Proxy between a client and a server of THeader that records their messages. */
export class HeaderTap {
  private readonly sent: Buffer[] = [];
  private readonly answered: Buffer[] = [];
  private readonly sockets: Socket[] = [];

  private constructor(
    private readonly server: Server,
    private readonly framing: Dialect['framing'],
  ) {}

  /** Listens on a free port in front of the server at `target`. */
  static async start(target: number, framing: Dialect['framing']): Promise<HeaderTap> {
    const server = createServer({ allowHalfOpen: true });
    const tap = new HeaderTap(server, framing);
    server.on('connection', (client) => {
      tap.join(client, connect({ port: target, host: '127.0.0.1', allowHalfOpen: true }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return tap;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The messages of the client so far. */
  get calls(): TappedMessage[] {
    return this.messages(this.sent);
  }

  /** The messages of the server so far. */
  get replies(): TappedMessage[] {
    return this.messages(this.answered);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket, server: Socket): void {
    client.on('data', (bytes) => this.sent.push(bytes)).pipe(server);
    server.on('data', (bytes) => this.answered.push(bytes)).pipe(client);
    for (const socket of [client, server]) {
      this.sockets.push(socket);
      socket.on('error', () => undefined);
    }
  }

  private messages(chunks: readonly Buffer[]): TappedMessage[] {
    let bytes = Buffer.concat(chunks);
    const messages: TappedMessage[] = [];
    while (bytes.length > 0) {
      const end = LENGTH_BYTES + bytes.readUInt32BE(0);
      messages.push(messageIn(bytes.subarray(this.framing === 'header' ? LENGTH_BYTES : 2 * LENGTH_BYTES, end)));
      bytes = bytes.subarray(end);
    }
    return messages;
  }
}

/**
 * Reads one message from its magic on: the header starts with the protocol, the number of transforms, and the
 * transforms.
 */
function messageIn(bytes: Buffer): TappedMessage {
  const bodyAt = FIXED_BYTES + 4 * bytes.readUInt16BE(SIZE_OFFSET);
  // All of these numbers are below 128, so one byte each.
  const count = bytes.readUInt8(FIXED_BYTES + 1);
  const transforms = [...bytes.subarray(FIXED_BYTES + 2, FIXED_BYTES + 2 + count)];
  return { transforms, body: bytes.subarray(bodyAt) };
}
