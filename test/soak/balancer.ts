import { once } from 'node:events';
import { get } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const PROBE_INTERVAL_MS = 25;
const PROBE_TIMEOUT_MS = 1_000;

/** An instance of the service, by its local ports. */
export interface Instance {
  readonly port: number;
  readonly httpPort: number | undefined;
}

interface Backend {
  readonly instance: Instance;
  isReady: boolean;
  readonly stopProbes: AbortController;
}

/**
 * A TCP balancer as in orchestrators: it checks the readiness of every instance, assigns new connections round-robin to
 * ready ones, and keeps existing connections.
 */
export class Balancer {
  /** Connections that came while no instance was ready; they are reset. */
  turnedAway = 0;

  readonly #backends = new Map<Instance, Backend>();
  readonly #routes = new Map<number, Backend>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #turn = 0;

  private constructor() {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#route(socket);
    });
  }

  static async start(): Promise<Balancer> {
    const balancer = new Balancer();
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    return balancer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Adds an instance; resolves when it is ready. */
  async add(instance: Instance): Promise<void> {
    const backend = { instance, isReady: false, stopProbes: new AbortController() };
    this.#backends.set(instance, backend);
    await new Promise<void>((resolve) => void this.#probe(backend, resolve));
  }

  remove(instance: Instance): void {
    this.#backends.get(instance)?.stopProbes.abort();
    this.#backends.delete(instance);
  }

  /** Whether the instance behind the connection from this port was ready at its last check. */
  leadsToReady(clientPort: number | undefined): boolean {
    return this.#routes.get(clientPort ?? 0)?.isReady ?? true;
  }

  async close(): Promise<void> {
    for (const instance of this.#backends.keys()) this.remove(instance);
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #probe(backend: Backend, onReady: () => void): Promise<void> {
    const { signal } = backend.stopProbes;
    while (!signal.aborted) {
      backend.isReady = await isOk(backend.instance.httpPort, '/health/ready');
      if (backend.isReady) onReady();
      await delay(PROBE_INTERVAL_MS);
    }
    backend.isReady = false;
  }

  #route(socket: Socket): void {
    const ready = [...this.#backends.values()].filter(({ isReady }) => isReady);
    const backend = ready[this.#turn++ % ready.length];
    socket.on('error', () => undefined);
    if (backend === undefined) {
      this.turnedAway++;
      socket.resetAndDestroy();
      return;
    }
    this.#routes.set(socket.remotePort ?? 0, backend);
    const onward = connect({ port: backend.instance.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.#join(socket, onward);
    this.#join(onward, socket);
  }

  /** Forwards everything from one end to the other: bytes, FIN, reset. */
  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.pipe(to);
    from.on('error', () => to.resetAndDestroy());
    from.on('close', () => this.#sockets.delete(from));
  }
}

/** Whether the answer is 200 and in time. */
function isOk(port: number | undefined, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false, timeout: PROBE_TIMEOUT_MS }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => {
      resolve(false);
    });
  });
}
