import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { send } from '../soak/durability/rest.js';
import { AppProcess, startProgram, type LogLine } from '../support/app.js';
import { GatewayProcess } from '../support/gateway-process.js';

const WRITERS = 8;
const FULL = /can't be used, the disk is full \(.*\): free space on it; no restart is needed/;

let folder: ScratchFolder;
let place: string;
let isMounted: boolean;

beforeEach(() => {
  folder = new ScratchFolder();
  place = join(folder.path, 'disk');
  mkdirSync(place);
  isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'none', place]).status === 0;
  if (!isMounted) console.warn('Skipped, since this user may not mount a small disk');
});
afterEach(() => {
  if (isMounted) spawnSync('umount', ['--lazy', place]);
  folder[Symbol.dispose]();
});

/** Fills the disk; `restore` gives it room again. */
function fillDisk(): void {
  spawnSync('dd', ['if=/dev/zero', `of=${join(place, 'ballast')}`, 'bs=4096']);
}

function makeRoom(): void {
  rmSync(join(place, 'ballast'));
}

/** Writes by some writers until each change of the last rounds is rejected. @returns The rejections. */
async function untilFull(write: () => Promise<unknown>): Promise<unknown[]> {
  const rejections: unknown[] = [];
  for (let inRow = 0; inRow < 3;) {
    const results = await Promise.allSettled(Array.from({ length: WRITERS }, write));
    const rejected = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    rejections.push(...rejected);
    inRow = rejected.length === WRITERS ? inRow + 1 : 0;
  }
  return rejections;
}

/** Writes until a change is accepted. */
async function untilWritten(write: () => Promise<unknown>): Promise<void> {
  const isWritten = (): Promise<boolean> =>
    write().then(
      () => true,
      () => false,
    );
  while (!(await isWritten())) await delay(10);
}

/** Messages of a log, from a level on. */
function messages(stdout: string, levels: readonly string[]): string[] {
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LogLine);
  return lines.filter(({ level }) => levels.includes(level)).map(({ msg }) => msg);
}

describe('A full disk below the tasks', () => {
  it('rejects changes with 503 and one line in the log, reads, and works again without a restart', async () => {
    if (!isMounted) return;
    await using app = await AppProcess.start({ DATA_DIR: join(place, 'data'), HTTP_PORT: '0' });
    const client = app.client();
    const add = (): Promise<unknown> => client.add({ userId: 'alice', name: 'n'.repeat(4_000) });
    const first = await client.add({ userId: 'bob', name: 'first' });
    fillDisk();
    for (const reason of await untilFull(add)) expect(reason).toMatchObject({ message: '503 Task store unavailable' });
    expect(await client.all({ userId: 'bob' })).toEqual([first]);
    const ready = await app.get('/health/ready');
    expect(ready.status).toBe(503);
    expect(await ready.text()).toMatch(/the disk is full/);
    expect((await app.get('/health/live')).status).toBe(200);
    makeRoom();
    await untilWritten(add);
    while ((await app.get('/health/ready')).status !== 200) await delay(50);
    app.signal('SIGTERM');
    const { code, stdout } = await app.ended();
    expect(code).toBe(0);
    expect(messages(stdout, ['error', 'fatal'])).toEqual([expect.stringMatching(FULL)]);
    expect(messages(stdout, ['info']).filter((msg) => msg.endsWith('takes writes again'))).toHaveLength(1);
  }, 60_000);

  it('ends a start with one sentence, and the next one works once there is room', async () => {
    if (!isMounted) return;
    fillDisk();
    const variables = { DATA_DIR: join(place, 'data'), HTTP_PORT: 'off' };
    using program = startProgram(variables);
    const { code, stdout, stderr } = await program.ended();
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.trim().split('\n')).toEqual([expect.stringContaining('the disk is full')]);
    makeRoom();
    await using app = await AppProcess.start(variables);
    await app.client().add({ userId: 'alice' });
  }, 60_000);
});

describe('A full disk below the accounts', () => {
  it('rejects changes with 503 and one line in the log, reads, and works again without a restart', async () => {
    if (!isMounted) return;
    await using gateway = await GatewayProcess.start({
      GATEWAY_DATA_DIR: join(place, 'data'),
      GATEWAY_REQUESTS_PER_NETWORK: 'off',
      GATEWAY_REQUESTS_PER_ACCOUNT: 'off',
    });
    const { origin } = gateway;
    const account = { username: 'alice', password: 'velvet tractor sings loudly' };
    const session = { headers: { cookie: (await send(origin, 'POST', '/accounts', { headers: {} }, account)).cookie } };
    const create = async (): Promise<string> => {
      const body = {
        name: 'n'.repeat(100),
        scopes: ['tasks:read'],
        expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
      };
      const created = await send(origin, 'POST', '/tokens', session, body);
      if (created.status !== 201) throw new Error(String(created.status));
      const { status } = await send(origin, 'DELETE', `/tokens/${String(created.body.id)}`, session);
      if (status !== 204) throw new Error(String(status));
      return 'created';
    };
    expect(await create()).toBe('created');
    fillDisk();
    for (const reason of await untilFull(create)) expect(reason).toMatchObject({ message: '503' });
    expect((await send(origin, 'GET', '/session', session)).status).toBe(200);
    const health = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${String(gateway.httpPort)}${path}`);
    expect(await (await health('/health/ready')).text()).toMatch(/read-only/);
    expect((await health('/health/live')).status).toBe(200);
    makeRoom();
    await untilWritten(create);
    gateway.signal('SIGTERM');
    const { code, stdout } = await gateway.ended();
    expect(code).toBe(0);
    expect(messages(stdout, ['error', 'fatal'])).toEqual([expect.stringMatching(FULL)]);
  }, 60_000);
});
