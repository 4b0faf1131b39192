import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import {
  decodeMessage,
  encodeMessage,
  replyTo,
  WireReader,
  type WireDocument,
  type WireMessage,
} from './mongo-wire.js';

/** A fault of the next command with a name, instead of its execution and answer. */
export type Fault =
  /** Not executed; this is the answer. */
  | { readonly kind: 'reject'; readonly reply: WireDocument }
  /** Executed; the connection breaks off in the middle of the answer. */
  | { readonly kind: 'cut-reply' };

/** The answer of a former primary to a write. */
export const NOT_PRIMARY: WireDocument = {
  ok: 0,
  code: 10_107,
  codeName: 'NotWritablePrimary',
  errmsg: 'not primary',
  errorLabels: ['RetryableWriteError'],
};

/** The server's role: the primary of a replica set, where drivers retry writes, or a standalone server. */
export type Role = 'member' | 'single';

/**
 * Proxy before a single MongoDB that plays the primary of a replica set: drivers then retry writes, and a write that
 * was already executed is answered from memory, as by a real one. Faults are scripted.
 */
export class ScriptedMongo {
  readonly #sockets = new Set<Socket>();
  /** Of the next commands of a name; undefined: none. */
  readonly #faults = new Map<string, (Fault | undefined)[]>();
  /** Answers to writes by session and number. */
  readonly #written = new Map<string, WireDocument>();
  readonly commands: string[] = [];
  /** While set, every command of these names is answered with this error. */
  rejection: { readonly commands: readonly string[]; readonly reply: WireDocument } | undefined;
  isPrimary = true;
  /** The address reported to drivers, when it is not its own. */
  advertised: string | undefined;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
    private readonly role: Role,
  ) {
    server.on('connection', (socket) => {
      this.#serve(socket);
    });
  }

  /** @param target Address of the real server. */
  static async before(target: string, role: Role = 'member'): Promise<ScriptedMongo> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ScriptedMongo(server, new URL(target), role);
  }

  get address(): string {
    return `127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  /** Applies this fault to the next command of this name, after some that are executed. */
  fail(command: string, fault: Fault, executed = 0): void {
    const before = new Array<undefined>(executed).fill(undefined);
    this.#faults.set(command, [...(this.#faults.get(command) ?? []), ...before, fault]);
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.server, 'close');
  }

  #serve(socket: Socket): void {
    const onward = connect(Number(this.target.port), this.target.hostname);
    for (const end of [socket, onward]) {
      this.#sockets.add(end);
      end.on('error', () => undefined).on('close', () => this.#sockets.delete(end));
    }
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
    /** Requests that the real server has not answered yet, in order. */
    const pending: { request: WireMessage; fault: Fault | undefined }[] = [];
    const requests = new WireReader();
    const replies = new WireReader();
    socket.on('data', (chunk) => {
      for (const bytes of requests.take(chunk)) {
        const request = decodeMessage(bytes);
        const [fault, reply] = this.#judge(request);
        if (reply) socket.write(replyTo(request, reply));
        else {
          pending.push({ request, fault });
          onward.write(encodeMessage({ ...request, document: withoutRetry(request.document) }));
        }
      }
    });
    onward.on('data', (chunk) => {
      for (const bytes of replies.take(chunk)) {
        const asked = pending.shift();
        if (asked) this.#answer(socket, asked.request, decodeMessage(bytes), asked.fault);
      }
    });
  }

  /** The fault for this request, and the answer if it isn't executed. */
  #judge({ document }: WireMessage): [Fault | undefined, WireDocument?] {
    const [command = ''] = Object.keys(document);
    this.commands.push(command);
    const fault = this.#faults.get(command)?.shift();
    const known = this.#written.get(writeOf(document) ?? '');
    if (this.rejection?.commands.includes(command)) return [fault, this.rejection.reply];
    return [fault, fault?.kind === 'reject' ? fault.reply : known];
  }

  #answer(socket: Socket, { document: asked }: WireMessage, reply: WireMessage, fault: Fault | undefined): void {
    const write = writeOf(asked);
    if (write !== undefined) this.#written.set(write, reply.document);
    const isHello = this.role === 'member' && ('ismaster' in reply.document || 'isWritablePrimary' in reply.document);
    const bytes = encodeMessage(isHello ? { ...reply, document: this.#asMember(reply.document) } : reply);
    if (fault === undefined) socket.write(bytes);
    else socket.write(bytes.subarray(0, bytes.length / 2), () => socket.resetAndDestroy());
  }

  #asMember(hello: WireDocument): WireDocument {
    const role = { ismaster: this.isPrimary, isWritablePrimary: this.isPrimary, secondary: !this.isPrimary };
    const me = this.advertised ?? this.address;
    const set = { setName: 'rs', setVersion: 1, hosts: [me], me };
    return { ...hello, ...role, ...set, logicalSessionTimeoutMinutes: 30 };
  }
}

/** Identifies a write, when the driver may retry it. */
function writeOf({ lsid, txnNumber }: WireDocument): string | undefined {
  return txnNumber === undefined ? undefined : JSON.stringify([lsid, txnNumber]);
}

/** A standalone server doesn't need these, and may reject them. */
function withoutRetry(document: WireDocument): WireDocument {
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== 'lsid' && name !== 'txnNumber'));
}
