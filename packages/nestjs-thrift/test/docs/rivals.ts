import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestMicroservice } from '@nestjs/common';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  GrpcMethod,
  MessagePattern,
  Transport,
  type ClientGrpc,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { lastValueFrom, type Observable } from 'rxjs';
import { parseSchema } from '../../src/index.js';
import { npmThrift, type NpmProtocol } from '../interop/npm/library.js';
import { NpmConnection } from '../interop/npm/client.js';

/** The handler's answer; without arguments, since only the outcome matters. */
export type Answer = () => unknown;

/** Another transport: a server with one method, and a client of it. */
export interface Rival {
  /** Port of the server. */
  readonly port: number;
  call(): Promise<unknown>;
  /** Closes the server as its users do. */
  closeServer(): Promise<unknown>;
  /** The sockets that the server has accepted. */
  readonly sockets: readonly Socket[];
  /** Closes everything. */
  stop(): Promise<void>;
}

const [REPLY, STRING, STRUCT] = [2, 11, 12];
const PROTO = `syntax = "proto3";
package rivals;
service Greeter { rpc greet (Nothing) returns (Answer) {} }
message Nothing {}
message Answer { string text = 1; }
`;

/** Nest's TCP transport. */
export async function startNestTcp(answer: Answer): Promise<Rival> {
  @Controller()
  class Greeter {
    @MessagePattern('greet')
    greet(): unknown {
      return answer();
    }
  }
  const app = await start(Greeter, { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } });
  const server = app.unwrap<NetServer>();
  const { port } = server.address() as AddressInfo;
  const client = ClientProxyFactory.create({
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port },
  });
  const sockets = socketsOf(server);
  return {
    port,
    sockets,
    call: () => lastValueFrom(client.send('greet', {})),
    closeServer: () => app.close(),
    stop: async () => {
      await client.close();
      await app.close();
    },
  };
}

/** Nest's gRPC transport, behind a relay whose sockets can be cut. */
export async function startNestGrpc(answer: Answer, gracefulShutdown = false): Promise<Rival> {
  @Controller()
  class Greeter {
    @GrpcMethod('Greeter', 'greet')
    greet(): unknown {
      return answer();
    }

    @GrpcMethod('Greeter', 'notInTheContract')
    other(): unknown {
      return answer();
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'rivals-'));
  const protoPath = join(folder, 'rivals.proto');
  writeFileSync(protoPath, PROTO);
  // This server does not report its port.
  const port = await freePort();
  const shared = { package: 'rivals', protoPath };
  const app = await start(Greeter, {
    transport: Transport.GRPC,
    options: { ...shared, url: `127.0.0.1:${String(port)}`, gracefulShutdown },
  });
  const relay = createServer((socket) => {
    const target = connect(port, '127.0.0.1');
    socket.on('error', () => undefined).on('close', () => target.destroy());
    target.on('error', () => undefined).on('close', () => socket.destroy());
    socket.pipe(target).pipe(socket);
  });
  const sockets = socketsOf(relay);
  await once(relay.listen(0, '127.0.0.1'), 'listening');
  const url = `127.0.0.1:${String((relay.address() as AddressInfo).port)}`;
  const client = ClientProxyFactory.create({
    transport: Transport.GRPC,
    options: { ...shared, url },
  }) as unknown as ClientGrpc & { close(): void };
  const greeter = client.getService<{ greet(args: object): Observable<unknown> }>('Greeter');
  return {
    port,
    sockets,
    call: () => lastValueFrom(greeter.greet({})),
    closeServer: () => app.close(),
    stop: async () => {
      client.close();
      relay.close();
      for (const socket of sockets) socket.destroy();
      await app.close().catch(() => undefined);
      rmSync(folder, { recursive: true });
    },
  };
}

/** npm thrift, with the code that its compiler would generate. */
export async function startNpmThrift(answer: () => Promise<string>): Promise<Rival & { readonly server: NetServer }> {
  const schema = parseSchema('service Greeter { string greet() }', 'rivals.thrift');
  const process = (input: NpmProtocol, output: NpmProtocol): void => {
    const { fname, rseqid } = input.readMessageBegin();
    input.skip(STRUCT);
    input.readMessageEnd();
    void answer().then((text) => {
      output.writeMessageBegin(fname, REPLY, rseqid);
      output.writeFieldBegin('success', STRING, 0);
      output.writeString(text);
      output.writeFieldStop();
      output.writeMessageEnd();
      output.flush();
    });
  };
  const server = npmThrift.createMultiplexServer({ process }, {});
  const sockets = socketsOf(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const dialect = { protocol: 'binary', framing: 'unframed' } as const;
  const client = await NpmConnection.open(schema, { port, dialect, multiplexed: false });
  return {
    port,
    server,
    sockets,
    call: () => client.call('Greeter', 'greet', {}),
    closeServer: () => Promise.resolve(server.close()),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await client.close();
      if (server.listening) await once(server.close(), 'close');
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await once(probe.listen(0, '127.0.0.1'), 'listening');
  const { port } = probe.address() as AddressInfo;
  await once(probe.close(), 'close');
  return port;
}

async function start(controller: new () => object, options: MicroserviceOptions): Promise<INestMicroservice> {
  @Module({ controllers: [controller] })
  class RivalModule {}
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(RivalModule, { ...options, logger: false });
  await app.listen();
  return app;
}

function socketsOf(server: NetServer): Socket[] {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket));
  return sockets;
}
