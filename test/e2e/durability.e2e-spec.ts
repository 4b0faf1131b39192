import { describe, expect, it } from '@jest/globals';
import type { TasksClient } from '@tasks/idl';
import { AppProcess } from '../support/app.js';
import { ScratchFolder } from '@tasks/testing/scratch-folder';

// Acknowledged tasks are stored, and tasks rejected as not run are not, however the process ends.

const CONNECTIONS = 32;
const ADDS_BEFORE_END = 1_000;

/** Adds tasks with rising names over many connections until calls fail. */
class Load {
  readonly acknowledged = new Set<string>();
  readonly enough: Promise<void>;
  readonly ended: Promise<unknown>;
  #reachedEnough: () => void = () => undefined;

  constructor(clients: readonly TasksClient[]) {
    this.enough = new Promise((resolve) => (this.#reachedEnough = resolve));
    this.ended = Promise.all(clients.map((client, number) => this.#addUntilRejected(client, number)));
  }

  async #addUntilRejected(client: TasksClient, connection: number): Promise<void> {
    for (let count = 0; ; count++) {
      const name = `${String(connection)}.${String(count)}`;
      try {
        await client.add({ userId: 'alice', name });
      } catch {
        return;
      }
      this.acknowledged.add(name);
      if (this.acknowledged.size === ADDS_BEFORE_END) this.#reachedEnough();
    }
  }
}

/** The names of all of alice's tasks, page by page. */
async function storedNames(client: TasksClient): Promise<Set<string>> {
  const names = new Set<string>();
  for (let after: string | undefined; ;) {
    const page = await client.page({ userId: 'alice', limit: 1_000, after });
    for (const { name = '' } of page.tasks ?? []) names.add(name);
    after = page.nextCursor;
    if (after === undefined) return names;
  }
}

/** Load on the service, running for a while. */
async function startLoad(app: AppProcess): Promise<Load> {
  const load = new Load(Array.from({ length: CONNECTIONS }, () => app.client()));
  await load.enough;
  return load;
}

describe('The service on the embedded store', () => {
  it('finishes its calls when stopped under load: acknowledged = stored, exit code 0', async () => {
    using folder = new ScratchFolder();
    await using app = await AppProcess.start({ DATA_DIR: folder.path });
    const load = await startLoad(app);
    const signalledAtMs = performance.now();
    app.signal('SIGTERM');
    await load.ended;
    const { code, stdout } = await app.ended();
    expect(stdout).toContain('"Stopped"');
    expect(code).toBe(0);
    expect(performance.now() - signalledAtMs).toBeLessThan(10_000);

    // Calls that were on the wire at the end were not run, although their clients can't tell.
    await using again = await AppProcess.start({ DATA_DIR: folder.path });
    expect(await storedNames(again.client())).toEqual(load.acknowledged);
  }, 60_000);

  it('has every acknowledged task after kill -9', async () => {
    using folder = new ScratchFolder();
    await using app = await AppProcess.start({ DATA_DIR: folder.path });
    const load = await startLoad(app);
    app.signal('SIGKILL');
    await load.ended;
    expect((await app.ended()).code).toBeNull();

    await using again = await AppProcess.start({ DATA_DIR: folder.path });
    const stored = await storedNames(again.client());
    expect([...load.acknowledged].filter((name) => !stored.has(name))).toEqual([]);
    // Each connection had one pending call, whose outcome is unknown.
    expect(stored.size - load.acknowledged.size).toBeLessThanOrEqual(CONNECTIONS);
    const { id, name } = await again.client().add({ userId: 'bob', name: 'after' });
    expect(await again.client().all({ userId: 'bob' })).toMatchObject([{ id, name }]);
  }, 60_000);
});
