import { once } from 'node:events';
import type { MethodSchema, Schema } from '../../../src/index.js';
import { methodOf, serviceOf, type PeerConnection, type PeerTarget, type Reply } from '../peer.js';
import type { Portable } from '../portable.js';
import { npmClasses, npmThrift, type NpmProtocol, type NpmProtocolClass } from './library.js';
import type { NpmSocket, NpmTransport } from './library.js';
import { readStruct, writeStruct } from './values.js';

const CALL = 1;
const EXCEPTION = 3;
const ONEWAY = 4;

type Callback = (error: Error | undefined, reply?: Reply) => void;

/** The functions `send_x` and `recv_x` of generated code, for all methods of a service. */
class GeneratedClient {
  /** Read by the package: pending callbacks by seqid. */
  readonly _reqs: Record<number, Callback | undefined> = {};
  private seqid = 0;
  new_seqid = (): number => (this.seqid += 1);

  constructor(
    private readonly output: NpmTransport,
    private readonly protocol: NpmProtocolClass,
  ) {}

  setHeaders(headers: Readonly<Record<string, string>>): void {
    this.output.clearWriteHeaders();
    for (const [name, value] of Object.entries(headers)) this.output.setWriteHeader(name, value);
  }

  send(method: MethodSchema, args: Record<string, Portable>, callback: Callback): void {
    const seqid = this.new_seqid();
    const output = new this.protocol(this.output);
    output.writeMessageBegin(method.name, method.oneway ? ONEWAY : CALL, seqid);
    writeStruct(output, method.args, args);
    output.writeMessageEnd();
    if (!method.oneway) this._reqs[seqid] = callback;
    output.flush();
    if (method.oneway) callback(undefined, { result: {} });
  }

  receive(method: MethodSchema, input: NpmProtocol, type: number, dummySeqid: number): void {
    const callback = this._reqs[dummySeqid];
    if (type === EXCEPTION) {
      const error = new npmThrift.Thrift.TApplicationException();
      error.read(input);
      input.readMessageEnd();
      callback?.(undefined, { error: { type: error.type, message: error.message } });
      return;
    }
    const result = readStruct(input, method.result);
    input.readMessageEnd();
    callback?.(undefined, { result, headers: input.getTransport().getReadHeaders() });
  }
}

function generateClient(schema: Schema, service: string): typeof GeneratedClient {
  const generated = class extends GeneratedClient {};
  for (const method of serviceOf(schema, service).methods.values()) {
    Object.assign(generated.prototype, {
      [`recv_${method.name}`](this: GeneratedClient, input: NpmProtocol, type: number, dummySeqid: number): void {
        this.receive(method, input, type, dummySeqid);
      },
    });
  }
  return generated;
}

/** @throws Error that names the supported compression, or that there is none. */
function rejectCompression(transport: NpmTransport): never {
  const members: string[] = [];
  for (const member in transport) if (/transform|zlib|compress/i.test(member)) members.push(member);
  throw new Error(`npm thrift has ${members.join(', ') || 'nothing'} to compress by`);
}

/** A connection of the package's own client, with generated code made from the schema. */
export class NpmConnection implements PeerConnection {
  private readonly clients = new Map<string, GeneratedClient>();
  private readonly multiplexer = new npmThrift.Multiplexer();
  /** Resolves when it is closed. Awaited from the start, since a server that rejects a message closes first. */
  readonly closed: Promise<unknown>;

  private constructor(
    private readonly schema: Schema,
    private readonly socket: NpmSocket,
    private readonly multiplexed: boolean,
  ) {
    // 'close' follows, and rejects pending calls.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', resolve));
  }

  /** Connects. */
  static async open(schema: Schema, { port, dialect, multiplexed, zlib }: PeerTarget): Promise<NpmConnection> {
    if (zlib === true) rejectCompression(new (npmClasses(dialect).transport)());
    const socket = npmThrift.createConnection('127.0.0.1', port, npmClasses(dialect));
    await once(socket, 'connect');
    // A pending call receives it, too; without one, the package would throw it.
    socket.on('error', () => undefined);
    return new NpmConnection(schema, socket, multiplexed);
  }

  /** The connection's number on this side. */
  get localPort(): number | undefined {
    return this.socket.connection.localPort;
  }

  /** Calls and waits for the reply. */
  call(
    service: string,
    method: string,
    args: Record<string, Portable>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    this.client(service).setHeaders(headers);
    return new Promise((resolve, reject) => {
      const lost = (error?: Error): void => {
        reject(error ?? new Error(`the connection was closed during ${method}`));
      };
      this.socket.once('error', lost).once('close', lost);
      this.client(service).send(methodOf(this.schema, service, method), args, (error, reply) => {
        this.socket.off('error', lost).off('close', lost);
        if (reply === undefined) lost(error);
        else resolve(reply);
      });
    });
  }

  /** Closes the connection and waits for the other side. */
  async close(): Promise<void> {
    this.socket.end();
    await this.closed;
  }

  private client(service: string): GeneratedClient {
    const known = this.clients.get(service);
    if (known !== undefined) return known;
    const generated = generateClient(this.schema, service);
    const client = this.multiplexed
      ? this.multiplexer.createClient(service, generated, this.socket)
      : npmThrift.createClient(generated, this.socket);
    this.clients.set(service, client);
    return client;
  }
}
