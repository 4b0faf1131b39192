import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AppProcess, dropAndStop } from '../support/app.js';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { projectRoot } from '@tasks/testing/project-copy';
import { runProgram } from '@tasks/testing/run-program';
import { FaultyLink } from '@tasks/testing/faulty-link';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { runCommand } from '../support/run-command.js';

jest.setTimeout(60_000);

interface Answers {
  readonly live: number;
  readonly ready: number;
  readonly check: { readonly ok?: boolean; readonly message?: string };
  readonly command: { readonly code: number; readonly said: unknown };
  /** What the service answers to tools that know no contract. */
  readonly meta: unknown;
}

async function ask(app: AppProcess): Promise<Answers> {
  const [live, ready] = await Promise.all([app.get('/health/live'), app.get('/health/ready')]);
  const check = await app.client().check();
  const { code, out } = await runCommand(['check', '--host', '127.0.0.1', '--port', String(app.port)]);
  const call = ['packages/nestjs-thrift/bin/thriftcall.js', `127.0.0.1:${String(app.port)}`, 'call', 'Meta.health'];
  const { stdout } = await runProgram(process.execPath, call, { cwd: projectRoot });
  const command = { code, said: JSON.parse(out) as unknown };
  return { live: live.status, ready: ready.status, check, command, meta: JSON.parse(stdout) as unknown };
}

/** Repeats until health has changed: an answer is shared for a second. */
async function untilReady(app: AppProcess, status: number): Promise<void> {
  while ((await app.get('/health/ready')).status !== status) await delay(20);
}

await describeWithMongo('All health checks of the service', (mongo) => {
  let link: FaultyLink;

  beforeAll(async () => {
    link = await FaultyLink.to(mongo.uri);
  });
  afterAll(async () => {
    await link.cut();
    await dropAndStop(mongo);
  });

  it('agree: with the store up, with the store down, and during the shutdown', async () => {
    await using app = await AppProcess.start({
      STORE: 'mongo',
      MONGODB_URI: link.uri,
      MONGODB_DATABASE: mongo.database,
      MONGO_SERVER_SELECTION_TIMEOUT_MS: '500',
      HTTP_PORT: '0',
      DRAIN_DELAY_MS: '3600000',
    });
    await untilReady(app, 200);
    expect(await ask(app)).toEqual({
      live: 200,
      ready: 200,
      check: { ok: true, message: 'OK' },
      command: { code: 0, said: { ok: true, message: 'OK' } },
      meta: { ok: true, message: 'OK' },
    });

    await link.cut();
    await untilReady(app, 503);
    const down = { ok: false, message: 'Task store unavailable' };
    expect(await ask(app)).toEqual({
      live: 200,
      ready: 503,
      check: down,
      command: { code: 1, said: down },
      meta: down,
    });

    await link.mend();
    await untilReady(app, 200);
    app.signal('SIGTERM');
    await app.printed(/SIGTERM: stopping/);
    const stopping = { ok: false, message: 'Shutting down' };
    expect(await ask(app)).toEqual({
      live: 200,
      ready: 503,
      check: stopping,
      command: { code: 1, said: stopping },
      meta: stopping,
    });
  });
});

describe('A service with a blocked event loop', () => {
  /** At SIGUSR2 it blocks until somebody writes to the named pipe. */
  const STALL = `import { readFileSync } from 'node:fs';
  process.once('SIGUSR2', () => {
    console.log('stalled');
    readFileSync(process.env.GATE);
  });`;

  it('does not answer liveness until it continues', async () => {
    using folder = new ScratchFolder();
    const GATE = join(folder.path, 'gate');
    execFileSync('mkfifo', [GATE]);
    await using app = await AppProcess.start({
      STORE: 'memory',
      HTTP_PORT: '0',
      GATE,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(STALL)}`,
    });
    expect((await app.get('/health/live')).status).toBe(200);
    app.signal('SIGUSR2');
    await app.printed(/stalled/);
    const answer = app.get('/health/live');
    expect(await Promise.race([answer, delay(500, 'no answer')])).toBe('no answer');
    await writeFile(GATE, '');
    expect((await answer).status).toBe(200);
  });
});
