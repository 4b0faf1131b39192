import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMongo, type TestMongo } from '../support/mongo.js';
import { dropAndStop, TestApp } from '../support/app.js';

const SERVER_SELECTION_TIMEOUT_MS = 500;
const PROBE_INTERVAL_MS = 50;
const PATIENCE_MS = 30_000;

const mongo = await startMongo();

/** The way to MongoDB, which can be cut and mended. While it is cut, connections are refused. */
class Road {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  port = 0;

  constructor(private readonly target: URL) {}

  /** Mends it, at the same port as before. */
  async open(): Promise<void> {
    this.#server = createServer((socket) => {
      const onward = connect(Number(this.target.port), this.target.hostname);
      for (const end of [socket, onward]) {
        this.#sockets.add(end);
        end.on('error', () => undefined).on('close', () => this.#sockets.delete(end));
      }
      socket.pipe(onward).pipe(socket);
    });
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** Cuts it, connections included. */
  async cut(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(server, 'close');
  }
}

const TITLE = 'The service on a MongoDB that is not there';
if (mongo === undefined) it.skip(TITLE, () => undefined);
else
  describe(TITLE, () => {
    testOutage(mongo);
  });

function testOutage(mongodb: TestMongo): void {
  const { uri, database } = mongodb;
  const road = new Road(new URL(uri));
  let app: TestApp;

  beforeAll(async () => {
    await road.open();
    await road.cut();
    const there = new URL(uri);
    there.host = `127.0.0.1:${String(road.port)}`;
    app = await TestApp.start({
      STORE: 'mongo',
      MONGODB_URI: there.href,
      MONGODB_DATABASE: database,
      MONGO_SERVER_SELECTION_TIMEOUT_MS: String(SERVER_SELECTION_TIMEOUT_MS),
      HTTP_PORT: '0',
    });
  }, PATIENCE_MS);

  afterAll(async () => {
    await app.stop();
    await road.cut();
    await dropAndStop(mongodb);
  });

  /** Health is shared for a second, so a change shows a little later. */
  async function untilReady(status: number): Promise<Response> {
    for (;;) {
      const answer = await app.get('/health/ready');
      if (answer.status === status) return answer;
      await delay(PROBE_INTERVAL_MS);
    }
  }

  async function expectDown(): Promise<void> {
    const startMs = performance.now();
    const calls = [app.client().add({ userId: 'alice' }), app.client().page({ userId: 'alice', limit: 1 })];
    const [add, page] = await Promise.allSettled(calls);
    expect(performance.now() - startMs).toBeLessThan(4 * SERVER_SELECTION_TIMEOUT_MS);
    expect(add).toMatchObject({ reason: { code: 'INTERNAL_ERROR', message: '503 Task store unavailable' } });
    expect(page).toMatchObject({ reason: { value: { code: 503, message: 'Task store unavailable' } } });
    const ready = await untilReady(503);
    expect(await app.client().check()).toEqual({ ok: false, message: 'Task store unavailable' });
    const body = (await ready.json()) as { error: { store: { message: string; cause: string } } };
    expect(body.error.store).toMatchObject({ status: 'down', message: 'Task store unavailable' });
    expect(body.error.store.cause).not.toBe('');
    expect((await app.get('/health/live')).status).toBe(200);
  }

  async function expectUp(): Promise<void> {
    await untilReady(200);
    const { id, name } = await app.client().add({ userId: 'alice', name: 'back' });
    expect(await app.client().page({ userId: 'alice', limit: 1 })).toMatchObject({ tasks: [{ id, name }] });
  }

  it('starts all the same, and refuses calls with 503 in time', expectDown, PATIENCE_MS);

  it(
    'works as soon as it is there',
    async () => {
      await road.open();
      await expectUp();
    },
    PATIENCE_MS,
  );

  it(
    'refuses calls again when it is lost, and works again when it is back',
    async () => {
      await road.cut();
      await expectDown();
      await road.open();
      await expectUp();
    },
    PATIENCE_MS,
  );
}
