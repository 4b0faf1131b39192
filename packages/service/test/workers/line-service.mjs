import { createServer } from 'node:net';
import { Environment, listening } from '@tasks/service';

/**
 * A service that answers each line with the id of its process. It is small, and runs from the build: a test of workers
 * starts three processes or more.
 *
 * @type {import('@tasks/service').ServiceDefinition<import('@tasks/service').ServiceConfig & { workers: number, port: number }>}
 */
export const lineService = {
  name: 'Lines',
  version: '1.2.3',
  config: (variables) => {
    const environment = new Environment(variables);
    const number = (name) => environment.integer(name, { min: 0, max: 3_600_000 }) ?? 0;
    return {
      ops: { host: '127.0.0.1', port: 0 },
      drain: { delayMs: number('DRAIN_DELAY_MS'), timeoutMs: 1_000 },
      log: { level: 'info', format: 'json', accessLevel: 'debug' },
      tracing: undefined,
      warnings: [],
      workers: number('WORKERS'),
      port: number('LINES_PORT'),
    };
  },
  opsVariables: { host: 'OPS_HOST', port: 'OPS_PORT' },
  workers: ({ workers }) =>
    workers === 1
      ? undefined
      : {
          count: workers,
          program: new URL('./line-worker.mjs', import.meta.url),
          env: {},
          portVariable: 'LINES_PORT',
          connectionsMetric: 'lines_connections',
          probe: 'lines',
          describe: (port) => [`Lines are read on 127.0.0.1:${port}`],
        },
  parts: (service) => Promise.resolve([new LineListener(service)]),
};

/** @implements {import('@tasks/service').Part} */
class LineListener {
  name = 'Line listener';
  metrics = [
    {
      registerIn: (metrics) => {
        metrics.gauge('lines_connections', 'Open connections', () => this.#sockets.size);
        metrics.counter('lines_answered_total', 'Answered lines', () => this.#answered);
      },
    },
  ];
  #service;
  #server = createServer((socket) => this.#serve(socket));
  #sockets = new Set();
  #answered = 0;

  constructor(service) {
    this.#service = service;
    this.probes = { lines: () => Promise.resolve({ ok: true, message: 'OK' }) };
  }

  get port() {
    return this.#server.address()?.port;
  }

  async start() {
    const { config, worker } = this.#service;
    console.log('loaded');
    await worker?.mayListen();
    await listening({ host: 'LINES_HOST', port: 'LINES_PORT' }, () => {
      const opened = new Promise((resolve, reject) => this.#server.once('listening', resolve).once('error', reject));
      this.#server.listen(config.port, '127.0.0.1');
      return opened;
    });
  }

  stop() {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    return Promise.resolve();
  }

  describe() {
    return [`Lines are read on 127.0.0.1:${this.port}`];
  }

  #serve(socket) {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
    socket.on('data', () => {
      this.#answered++;
      socket.write(`${process.pid}\n`);
    });
  }
}
