import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { PROTOCOLS } from '../../src/protocol/protocols.js';
import { Codec } from '../../src/codec/codec.js';
import { createFraming } from '../../src/framing/create-framing.js';
import type { Framing, FramingName, MessageHeaders } from '../../src/framing/framing.js';
import { InputBuffer } from '../../src/framing/input-buffer.js';
import { resolveLimits } from '../../src/limits.js';
import { EXCEPTION, REPLY, STRING } from '../../src/protocol/constants.js';
import { writeApplicationException } from '../../src/protocol/envelope.js';
import type { ProtocolName, ProtocolWriter } from '../../src/protocol/protocol.js';
import { RawPeer } from '@tasks/testing/raw-peer';
import { Dialect } from '../support/thrift-dialects.js';
import { probeSchema } from '../support/thrift-probe.js';

const limits = resolveLimits();
const codec = new Codec(limits);

/** A call of `Probe.echo` as a scripted server reads it. */
export interface ReceivedCall {
  readonly seqid: number;
  readonly name: string;
  readonly text: string;
  readonly headers: MessageHeaders | undefined;
}

/** Properties of a reply. */
type Answered = Pick<ReceivedCall, 'seqid'> & Partial<ReceivedCall>;

/** One connection of a scripted server: reads calls of `Probe.echo`, and writes the bytes of the script. */
export class ScriptedConnection {
  private readonly framing: Framing;
  private readonly dialect: Dialect;
  private readonly input = new InputBuffer();

  constructor(
    readonly peer: RawPeer,
    framing: FramingName,
    private readonly protocol: ProtocolName,
    private readonly transforms: readonly number[],
  ) {
    this.framing = createFraming(framing, PROTOCOLS[protocol], limits);
    this.dialect = new Dialect(`${protocol} ${framing}`, PROTOCOLS[protocol], framing);
  }

  /** The next call. */
  async call(): Promise<ReceivedCall> {
    let call: ReceivedCall | undefined;
    const read = (): boolean => {
      this.input.append(this.peer.received);
      this.peer.received = Buffer.alloc(0);
      call = this.decode();
      return call !== undefined;
    };
    await this.peer.until(read, 'a call');
    return call as unknown as ReceivedCall;
  }

  /** The bytes of a reply to `echo`. */
  reply(call: Answered, success: string, name = 'echo', type = REPLY): Buffer {
    return this.message(call, name, type, (writer) => {
      codec.struct(echo.result).write(writer, { success });
    });
  }

  /** The bytes of a reply to `echo` with an invalid text: half a character, or a number. */
  spoiltReply(call: Answered): Buffer {
    return this.message(call, 'echo', REPLY, (writer) => {
      const outer = writer.writeStructBegin();
      writer.writeFieldBegin(STRING, 0);
      if (this.protocol === 'json') writer.writeI32(1);
      else writer.writeBinary(Buffer.from([0xc3]));
      writer.writeFieldEnd();
      writer.writeStructEnd(outer);
    });
  }

  /** The bytes of a TApplicationException INTERNAL_ERROR. */
  rejection({ seqid }: { seqid: number }, message: string): Buffer {
    return this.dialect.message('echo', { type: EXCEPTION, seqid }, (writer) => {
      writeApplicationException(writer, { code: 'INTERNAL_ERROR', message });
    });
  }

  /** Answers the next call with its own text. */
  async echo(): Promise<ReceivedCall> {
    const call = await this.call();
    await this.peer.write(this.reply(call, call.text));
    return call;
  }

  /** Answers every call with its own text until the connection is closed. */
  async echoAll(): Promise<void> {
    try {
      for (;;) await this.echo();
    } catch (error) {
      if (!this.peer.socket.closed) throw error;
    }
  }

  private message(
    { seqid, headers }: Answered,
    name: string,
    type: number,
    write: (writer: ProtocolWriter) => void,
  ): Buffer {
    const { transforms } = this;
    const options = { type, seqid, ...(headers === undefined ? {} : { headers: { ...headers, transforms } }) };
    return this.dialect.message(name, options, write);
  }

  private decode(): ReceivedCall | undefined {
    const message = this.framing.read(this.input);
    if (message === undefined) return undefined;
    const reader = message.protocol.createReader(limits);
    reader.reset(message.bytes, message.start, message.end);
    const { seqid, name } = reader.readMessageBegin();
    const { text } = codec.struct(echo.args).read(reader);
    return { seqid, name, text: text as string, headers: message.headers };
  }
}

const echo = probeSchema.services.get('Probe')?.methods.get('echo') as NonNullable<
  ReturnType<NonNullable<ReturnType<typeof probeSchema.services.get>>['methods']['get']>
>;

/** Script of connection number `nth`, counted from 0. */
export type Script = (connection: ScriptedConnection, nth: number) => unknown;

export class ScriptedServer {
  /** Connections so far. */
  accepted = 0;
  /** Known after the close too. */
  private listeningPort: number | undefined;
  private readonly peers: RawPeer[] = [];
  private readonly scripts: Promise<unknown>[] = [];

  private constructor(
    private readonly net: Server,
    private readonly script: Script,
    private readonly framing: FramingName,
    private readonly protocol: ProtocolName,
    private readonly transforms: readonly number[],
  ) {
    net.on('connection', (socket) => {
      const peer = new RawPeer(socket);
      this.peers.push(peer);
      const connection = new ScriptedConnection(peer, this.framing, this.protocol, this.transforms);
      // Answers the client's FIN, regardless of the script.
      void peer.ended.then(() => {
        peer.end();
      });
      this.scripts.push(Promise.resolve(this.script(connection, this.accepted++)));
    });
  }

  /**
   * @param port that of an earlier server, to reopen it.
   * @param transforms of its replies, in THeader.
   */
  static async start(
    script: Script,
    framing: FramingName = 'unframed',
    port = 0,
    protocol: ProtocolName = 'binary',
    transforms: readonly number[] = [],
    host = '127.0.0.1',
  ): Promise<ScriptedServer> {
    const net = createServer({ allowHalfOpen: true, noDelay: true });
    const server = new ScriptedServer(net, script, framing, protocol, transforms);
    net.listen(port, host);
    await once(net, 'listening');
    return server;
  }

  get port(): number {
    this.listeningPort ??= (this.net.address() as AddressInfo).port;
    return this.listeningPort;
  }

  /** Cuts all connections. @throws the error of a script. */
  async close(): Promise<void> {
    if (!this.net.listening) return;
    this.listeningPort = this.port;
    for (const peer of this.peers) peer.destroy();
    this.net.close();
    await Promise.all(this.peers.map(({ closed }) => closed));
    await Promise.all(this.scripts);
  }
}
