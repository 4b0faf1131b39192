import { EventEmitter, once } from 'node:events';
import type { Server as NetServer, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { INestMicroservice, LoggerService } from '@nestjs/common';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, Payload } from '@nestjs/microservices';
import { ThriftMethod } from '../../src/nest/decorators.js';
import type { ThriftContext } from '../../src/nest/context.js';
import type { ThriftServerEvents } from '../../src/nest/events.js';
import type { Rejection, RejectionReason } from '../../src/server/events.js';
import { ThriftServer, type ThriftServerOptions } from '../../src/nest/thrift-server.js';
import { RawPeer } from '@tasks/testing/raw-peer';
import { probeSchema } from './thrift-probe.js';

/**
 * Handlers by method: `echo`, or `Service.echo` of another service than the first, or `file.Service/echo` of one in an
 * included file. The return value is the reply.
 */
export type Handlers = Readonly<Record<string, (args: never, context: ThriftContext) => unknown>>;

/** Collects Nest's log instead of printing it. */
class CollectingLogger implements LoggerService {
  readonly lines: string[] = [];
  tell: () => void = () => undefined;
  readonly log = (message: unknown): void => {
    this.lines.push(String(message));
    this.tell();
  };
  readonly warn = this.log;
  readonly error = this.log;
}

/** A Nest microservice over a ThriftServer on a free port, its rejections, and its test peers. */
export class TestServer {
  readonly rejections: Rejection[] = [];
  /** Logged lines of all levels. */
  readonly logLines: readonly string[];
  private readonly peers: RawPeer[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly happened = new EventEmitter();

  private constructor(
    private readonly app: INestMicroservice,
    readonly server: ThriftServer,
    logger: CollectingLogger,
  ) {
    this.logLines = logger.lines;
    logger.tell = () => this.happened.emit('log');
    server.on('rejection', (rejection) => {
      this.rejections.push(rejection);
      this.happened.emit('rejection', rejection);
    });
    server.on('callEnd', (end) => this.happened.emit('callEnd', end));
    server.on('disconnect', (peer) => this.happened.emit('disconnect', peer));
    this.net.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  /** Starts a service with these handlers; by default it speaks the `Probe` IDL of thrift-probe.ts. */
  static async start(handlers: Handlers, options: Partial<ThriftServerOptions> = {}): Promise<TestServer> {
    const server = new ThriftServer({ idl: probeSchema, host: '127.0.0.1', port: 0, ...options });
    const service = options.defaultService ?? [...server.schema.services.keys()][0] ?? '';
    const module = moduleOf(service, handlers);
    const logger = new CollectingLogger();
    const app = await NestFactory.createMicroservice(module, { strategy: server, logger, abortOnError: false });
    await app.listen();
    return new TestServer(app, server, logger);
  }

  get port(): number {
    const address = this.net.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  connect(): Promise<RawPeer> {
    return this.connectTo(this.port);
  }

  /** Opens a new connection to a port, when the server has already closed its listener. */
  async connectTo(port: number): Promise<RawPeer> {
    const peer = await RawPeer.connect({ host: '127.0.0.1', port });
    this.peers.push(peer);
    return peer;
  }

  /** Resolves once one of its connections has read that many bytes. */
  async hasRead(bytes: number): Promise<void> {
    while (![...this.sockets].some(({ bytesRead }) => bytesRead >= bytes)) await setImmediate();
  }

  /** Resolves as soon as something was rejected for that reason. */
  async rejected(reason: RejectionReason): Promise<Rejection> {
    for (;;) {
      const found = this.rejections.find((rejection) => rejection.reason === reason);
      if (found !== undefined) return found;
      await this.next('rejection');
    }
  }

  async next<Name extends 'rejection' | 'callEnd' | 'disconnect'>(
    event: Name,
  ): Promise<Parameters<ThriftServerEvents[Name]>[0]> {
    const [value] = (await once(this.happened, event)) as Parameters<ThriftServerEvents[Name]>;
    return value;
  }

  /** Resolves as soon as a matching line was logged. */
  async logged(pattern: RegExp): Promise<void> {
    while (!this.logLines.some((line) => pattern.test(line))) await once(this.happened, 'log');
  }

  /** Cuts every connection like an RST of each peer: an RST right after a FIN can't be noticed. */
  async cut(): Promise<void> {
    const closed = [...this.sockets].map((socket) => once(socket, 'close'));
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(closed);
  }

  /** Closes everything. @throws Error when a socket of the server is still open then. */
  async close(): Promise<void> {
    for (const peer of this.peers) peer.destroy();
    await this.app.close();
    await Promise.all(this.peers.map((peer) => peer.closed));
    // A server closes when its last socket is destroyed; 'close' of that socket comes a phase of the event loop later.
    const closing = [...this.sockets].filter((socket) => socket.destroyed);
    await Promise.all(closing.map((socket) => once(socket, 'close')));
    const { connections, calls } = this.server.load;
    if (this.sockets.size + connections + calls > 0) {
      throw new Error(
        `after close: ${String(this.sockets.size)} sockets, ${String(connections)} connections, ${String(calls)} calls`,
      );
    }
  }

  private get net(): NetServer {
    return this.server.unwrap();
  }
}

/** Runs `test` with a service with these handlers, and always closes it. */
export async function withThriftServer(
  handlers: Handlers,
  options: Partial<ThriftServerOptions>,
  test: (server: TestServer) => Promise<void>,
): Promise<void> {
  const server = await TestServer.start(handlers, options);
  try {
    await test(server);
  } finally {
    await server.close();
  }
}

/** A module with one controller that has a decorated method for each handler. */
function moduleOf(defaultService: string, handlers: Handlers): new () => object {
  @Controller()
  class Handling {}
  const prototype = Handling.prototype as Record<string, unknown>;
  for (const [name, handler] of Object.entries(handlers)) {
    const separator = name.includes('/') ? '/' : '.';
    const [method, service = defaultService] = name.split(separator).reverse() as [string, string?];
    prototype[name] = (args: never, context: ThriftContext): unknown => handler(args, context);
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
    Payload()(prototype, name, 0);
    Ctx()(prototype, name, 1);
    ThriftMethod(service, method)(prototype, name, descriptor);
  }
  @Module({ controllers: [Handling] })
  class TestModule {}
  return TestModule;
}
