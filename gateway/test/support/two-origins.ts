import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { connect, type AddressInfo, type Server } from 'node:net';

/** A test's server, on a free local port. */
export interface TestServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves one HTML document at every path: a site of an attacker. */
export function serveDocument(html: string): Promise<TestServer> {
  return listening(
    createHttpServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(html);
    }),
  );
}

/** Terminates TLS in front of a server, as a proxy does. */
export function endTls(options: TlsOptions, port: () => number): Promise<TestServer> {
  const server = createTlsServer(options, (socket) => {
    const onward = connect(port(), '127.0.0.1');
    for (const end of [socket, onward]) end.on('error', () => undefined);
    socket.pipe(onward).pipe(socket);
  });
  return listening(server);
}

async function listening(server: Server): Promise<TestServer> {
  const sockets = new Set<{ destroy(): unknown }>();
  server.on('connection', (socket: { destroy(): unknown } & NodeJS.EventEmitter) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}
