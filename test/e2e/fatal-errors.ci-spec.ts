import { describe, expect, it } from '@jest/globals';
import { AppProcess } from '../support/app.js';

/** Runs this script before the service itself. */
function running(script: string): { NODE_OPTIONS: string; STORE: string } {
  return { STORE: 'memory', NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}

/** Executes a statement at the first SIGUSR2. */
function atSigusr2(statement: string): string {
  return `process.once('SIGUSR2', () => { ${statement} });`;
}

describe('An uncaught error', () => {
  it.each([
    ['Uncaught exception', 'throw new Error("boom", { cause: new Error("why") })'],
    ['Unhandled rejection', 'Promise.reject(new Error("boom", { cause: new Error("why") }))'],
  ])('is logged as %s with its cause, and ends the service with 1', async (what, statement) => {
    await using app = await AppProcess.start(running(atSigusr2(statement)));
    const tasks = app.client();
    expect(await tasks.check()).toMatchObject({ ok: true });
    app.signal('SIGUSR2');
    const { code, stdout, stderr } = await app.ended();
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'fatal',
        msg: expect.stringContaining(what) as unknown,
        err: expect.objectContaining({
          message: 'boom',
          cause: expect.objectContaining({ message: 'why' }),
        }) as unknown,
      }),
    );
    expect(lines.at(-1)).toMatchObject({ msg: 'Stopped', exit_code: 1 });
  });
});

describe('The service whose log is on a full disk', () => {
  const ON_A_FULL_DISK = ['sh', '-c', 'exec "$@" > /dev/full', 'sh'];
  /** The log can't report the port. */
  const TELL_PORT = `
    import { Server } from 'node:net';
    const { listen } = Server.prototype;
    Server.prototype.listen = function (...args) {
      this.once('listening', () => console.error('Thrift listens on 127.0.0.1:' + this.address().port));
      return listen.apply(this, args);
    };`;

  it.each(['json', 'pretty'])('answers calls, drains and ends with 0 (LOG_FORMAT=%s)', async (format) => {
    const variables = { ...running(TELL_PORT), LOG_FORMAT: format, LOG_LEVEL: 'debug' };
    await using app = await AppProcess.start(variables, undefined, ON_A_FULL_DISK);
    const tasks = app.client();
    await tasks.add({ userId: 'alice', name: 'unlogged' });
    expect(await tasks.all({ userId: 'alice' })).toHaveLength(1);
    app.signal('SIGTERM');
    expect(await app.ended()).toMatchObject({ code: 0 });
  });
});
