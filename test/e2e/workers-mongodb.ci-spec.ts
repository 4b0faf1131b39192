import { afterAll, expect, it, jest } from '@jest/globals';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { AppProcess, dropAndStop } from '../support/app.js';
import { sampleOf } from '@tasks/testing/metric-samples';
import { workersOf } from '@tasks/testing/worker-processes';

jest.setTimeout(120_000);

const CALLERS = 8;

/** A client on a connection of its own that adds tasks, one after the other, until it is stopped or, if asked, fails. */
class Caller {
  readonly acknowledged: string[] = [];
  readonly errors: unknown[] = [];
  readonly #name: string;
  readonly #client: ReturnType<AppProcess['client']>;
  #done: Promise<void> | undefined;
  #isStopped = false;

  constructor(
    app: AppProcess,
    name: string,
    private readonly stopsAtError: boolean,
  ) {
    this.#name = name;
    this.#client = app.client();
  }

  /** Resolves after the first call. */
  async start(): Promise<void> {
    await this.#add(0);
    this.#done = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }

  async #run(): Promise<void> {
    for (let count = 1; !this.#isStopped; count++) await this.#add(count);
  }

  async #add(count: number): Promise<void> {
    const name = `${this.#name} ${String(count)}`;
    try {
      await this.#client.add({ userId: 'alice', name });
      this.acknowledged.push(name);
    } catch (error) {
      this.errors.push(error);
      if (this.stopsAtError) this.#isStopped = true;
    }
  }
}

await describeWithMongo('A service of two workers on MongoDB', (mongo) => {
  afterAll(() => dropAndStop(mongo));

  function start(database: string): Promise<AppProcess> {
    const store = { STORE: 'mongo', MONGODB_URI: mongo.uri, MONGODB_DATABASE: database };
    return AppProcess.start({ ...store, WORKERS: '2', HTTP_PORT: '0' });
  }

  async function callersOf(app: AppProcess, stopAtErrors: boolean): Promise<Caller[]> {
    const callers = Array.from(
      { length: CALLERS },
      (_, index) => new Caller(app, `caller ${String(index)}`, stopAtErrors),
    );
    // One after the other: the workers take turns.
    for (const caller of callers) await caller.start();
    return callers;
  }

  async function namesIn(database: string): Promise<string[]> {
    const store = { STORE: 'mongo', MONGODB_URI: mongo.uri, MONGODB_DATABASE: database };
    await using app = await AppProcess.start({ ...store, WORKERS: '1' });
    return (await app.client().all({ userId: 'alice' })).map(({ name }) => name ?? '').sort();
  }

  it('keeps calls of other connections when a worker is killed, and stores each once', async () => {
    const database = `${mongo.database}-killed`;
    await using app = await start(database);
    const callers = await callersOf(app, false);
    process.kill(workersOf(app)[0] ?? 0, 'SIGKILL');
    await app.printed(/Worker 1 accepts calls/);
    const late = new Caller(app, 'late', true);
    await late.start();
    await Promise.all([...callers, late].map((caller) => caller.stop()));
    const failed = callers.filter(({ errors }) => errors.length > 0);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThanOrEqual(CALLERS / 2);
    expect(late.errors).toEqual([]);
    expect((await app.get('/health/ready')).status).toBe(200);
    const metrics = await (await app.get('/metrics')).text();
    expect(sampleOf(metrics, 'service_workers_replaced_total')).toBe(1);
    expect(sampleOf(metrics, 'task_store_up')).toBe(1);
    app.signal('SIGTERM');
    expect(await app.ended()).toMatchObject({ code: 0 });
    const stored = await namesIn(database);
    expect(new Set(stored).size).toBe(stored.length);
    const acknowledged = [...callers, late].flatMap((caller) => caller.acknowledged);
    expect(acknowledged.filter((name) => !stored.includes(name))).toEqual([]);
  });

  it('loses no reply when stopped under load: what is stored was acknowledged', async () => {
    const database = `${mongo.database}-stopped`;
    await using app = await start(database);
    const callers = await callersOf(app, true);
    app.signal('SIGTERM');
    const { code, stderr } = await app.ended();
    await Promise.all(callers.map((caller) => caller.stop()));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(callers.map(({ errors }) => errors.length)).toEqual(callers.map(() => 1));
    expect(await namesIn(database)).toEqual(callers.flatMap(({ acknowledged }) => acknowledged).sort());
  });
});
