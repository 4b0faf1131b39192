import { chmodSync, closeSync, openSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { EmbeddedStoreError, reasonOf, type EmbeddedStoreErrorCode } from './errors.js';
import { linesOf } from './lines.js';

/** Sends one part of a long answer; resolves when the other side keeps up. */
export type SendPart = (part: unknown) => Promise<void>;

/** Command handlers for processes that connect to the folder, by command. Results must have a JSON form. */
export type ControlCommands = Readonly<Record<string, (args: unknown, send: SendPart) => Promise<unknown>>>;

type Answer =
  | { readonly part: unknown }
  | { readonly result: unknown }
  | { readonly error: { readonly code: EmbeddedStoreErrorCode; readonly message: string } };

const SOCKET = 'control.sock';
/** Maximum length of a Unix socket's address on every system, in bytes. */
const MAX_ADDRESS_BYTES = 100;
/** Time after which a peer that reads nothing of its answer is disconnected. */
const STALL_LIMIT_MS = 30_000;

/** Serves commands over a Unix socket in the folder, while this process has the store open. */
export class ControlServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens in a folder that this process has claimed. @throws Error of `node:net` where sockets can't be created. */
  static async listen(folder: string, commands: ControlCommands): Promise<ControlServer> {
    const server = createServer();
    const control = new ControlServer(server);
    server.on('connection', (socket) => {
      control.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => control.#sockets.delete(socket));
      void serve(socket, commands);
    });
    rmSync(join(folder, SOCKET), { force: true });
    await withAddress(folder, async (address) => {
      server.listen(address);
      await once(server, 'listening');
      chmodSync(address, 0o600);
    });
    // A connection that can't be accepted, for lack of file descriptors, affects only its peer.
    server.on('error', () => undefined).unref();
    return control;
  }

  /** Closes the server and every connection. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** A connection to the process that has the store open. */
export class ControlClient {
  readonly #socket: Socket;
  readonly #lines: AsyncGenerator<string, undefined>;

  /** @param socket A connected socket. */
  constructor(socket: Socket) {
    this.#socket = socket;
    this.#lines = linesOf(textOf(socket));
  }

  /** Runs a command whose answer is one value. @throws EmbeddedStoreError of the other process. */
  async call(command: string, args: unknown): Promise<unknown> {
    const parts = this.stream(command, args);
    for (;;) {
      const { done, value } = await parts.next();
      if (done) return value;
    }
  }

  /** Runs a command whose answer is streamed in chunks; returns the final result. */
  async *stream(command: string, args: unknown): AsyncGenerator<unknown, unknown> {
    await sendLine(this.#socket, { command, args });
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done)
        throw new EmbeddedStoreError('CLOSED', 'The process that has the store open has ended: run the command again');
      const answer = JSON.parse(value) as Answer;
      if ('error' in answer) throw new EmbeddedStoreError(answer.error.code, answer.error.message);
      if ('result' in answer) return answer.result;
      yield answer.part;
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Connects to the process that has the store open; undefined when none serves commands. */
export function connectControl(folder: string): Promise<ControlClient | undefined> {
  return withAddress(folder, async (address) => {
    const socket = createConnection(address);
    try {
      await once(socket, 'connect');
    } catch {
      return undefined;
    }
    return new ControlClient(socket.on('error', () => undefined));
  }).catch(() => undefined);
}

async function serve(socket: Socket, commands: ControlCommands): Promise<void> {
  try {
    for await (const line of linesOf(textOf(socket))) {
      await sendLine(socket, await answerTo(line, commands, (part) => sendLine(socket, { part })));
    }
  } catch {
    socket.destroy();
  }
}

async function answerTo(line: string, commands: ControlCommands, send: SendPart): Promise<Answer> {
  try {
    const { command, args } = JSON.parse(line) as { readonly command: string; readonly args: unknown };
    const run = commands[command];
    if (!run)
      throw new EmbeddedStoreError(
        'UNUSABLE',
        `The running process does not support the command ${command}: update it`,
      );
    return { result: (await run(args, send)) ?? null };
  } catch (error) {
    const code = error instanceof EmbeddedStoreError ? error.code : 'UNUSABLE';
    return { error: { code, message: reasonOf(error) } };
  }
}

function textOf(socket: Socket): AsyncIterable<string> {
  return socket.setEncoding('utf8') as AsyncIterable<string>;
}

/** @throws Error when the peer disconnected, or read nothing within 30 s, which disconnects it. */
async function sendLine(socket: Socket, message: object): Promise<void> {
  if (socket.destroyed) throw new Error('The peer has disconnected');
  if (socket.write(`${JSON.stringify(message)}\n`)) return;
  const stop = new AbortController();
  const timer = setTimeout(() => socket.destroy(), STALL_LIMIT_MS);
  const onClose = (): void => {
    stop.abort();
  };
  socket.once('close', onClose);
  try {
    await once(socket, 'drain', { signal: stop.signal });
  } finally {
    clearTimeout(timer);
    socket.off('close', onClose);
  }
}

/** The address of the folder's socket. A path that is too long is reached through the open folder. */
async function withAddress<Result>(folder: string, act: (address: string) => Promise<Result>): Promise<Result> {
  const path = join(folder, SOCKET);
  if (Buffer.byteLength(path) <= MAX_ADDRESS_BYTES) return act(path);
  const descriptor = openSync(folder, 'r');
  try {
    return await act(`/proc/self/fd/${String(descriptor)}/${SOCKET}`);
  } finally {
    closeSync(descriptor);
  }
}
