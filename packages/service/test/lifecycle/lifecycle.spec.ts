import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { Lifecycle, type LoadedService } from '../../src/lifecycle/lifecycle.js';

/** A log whose writes all fail. */
const brokenLog = pino({
  hooks: {
    logMethod: () => {
      throw new Error('ENOSPC: no space left on device, write');
    },
  },
});

/** Handlers of process events, by event. */
let listeners: Map<string | symbol, (value: unknown) => void>;
let exit: Promise<unknown>;

beforeEach(() => {
  listeners = new Map();
  jest.spyOn(process, 'on').mockImplementation((event: string | symbol, listener: (value: unknown) => void) => {
    listeners.set(event, listener);
    return process;
  });
  exit = new Promise((resolve) => {
    jest.spyOn(process, 'exit').mockImplementation((code) => {
      resolve(code);
      return undefined as never;
    });
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

function serviceThat(stop: LoadedService['stop'], start = () => Promise.resolve()): LoadedService {
  return { start, stop };
}

describe('A service whose log fails', () => {
  it.each([
    ['SIGTERM', 0],
    ['SIGINT', 0],
    ['uncaughtException', 1],
    ['unhandledRejection', 1],
  ])('is stopped by %s nevertheless, and ends with %d', async (event, code) => {
    const stop = jest.fn<LoadedService['stop']>(() => Promise.resolve(true));
    await new Lifecycle(brokenLog).run(() => Promise.resolve(serviceThat(stop)));
    listeners.get(event)?.(event);
    expect(await exit).toBe(code);
    expect(stop).toHaveBeenCalledTimes(1);
    // After an uncaught error nothing waits for callers to go elsewhere.
    expect(stop.mock.calls[0]?.[0].aborted).toBe(code === 1);
  });

  it('ends with 1 when it does not start', async () => {
    await new Lifecycle(brokenLog).run(() => Promise.reject(new Error('no port')));
    expect(await exit).toBe(1);
  });

  it('ends with 1 when stopping fails', async () => {
    const stop = (): Promise<boolean> => Promise.reject(new Error('stuck'));
    await new Lifecycle(brokenLog).run(() => Promise.resolve(serviceThat(stop)));
    listeners.get('SIGTERM')?.('SIGTERM');
    expect(await exit).toBe(1);
  });
});

describe('An uncaught error', () => {
  const crash = (): void => listeners.get('uncaughtException')?.(new Error('boom'));

  it('during the shutdown hurries that, and ends it with 1', async () => {
    const stop: LoadedService['stop'] = (hurry) =>
      new Promise((resolve) => {
        hurry.addEventListener('abort', () => {
          resolve(true);
        });
      });
    await new Lifecycle(brokenLog).run(() => Promise.resolve(serviceThat(stop)));
    listeners.get('SIGTERM')?.('SIGTERM');
    crash();
    expect(await exit).toBe(1);
  });

  it('during the last flush of the log ends with 1, and adds its own line alone', async () => {
    const lines: string[] = [];
    let flush = (): void => undefined;
    const flushing = new Promise<void>((resolve) => {
      const destination = {
        write: (line: string) => void lines.push(line),
        flush: (done: () => void) => {
          flush = done;
          resolve();
        },
      };
      const log = pino({ base: null }, destination);
      void new Lifecycle(log)
        .run(() => Promise.resolve(serviceThat(() => Promise.resolve(true))))
        .then(() => listeners.get('SIGTERM')?.('SIGTERM'));
    });
    await flushing;
    crash();
    flush();
    expect(await exit).toBe(1);
    expect(lines.slice(-2).map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'Stopped',
      expect.stringContaining('Uncaught exception') as unknown,
    ]);
  });
});

describe('A second Ctrl-C right after the first', () => {
  it.each([
    ['is the same one forwarded, under npm', 'start', 0],
    ['ends the service at once, without npm', undefined, 1],
  ])('%s', async (_what, npmEvent, code) => {
    jest.replaceProperty(process, 'env', { ...process.env, npm_lifecycle_event: npmEvent });
    let end = (): void => undefined;
    const stopping = new Promise<void>((resolve) => (end = resolve));
    await new Lifecycle(brokenLog).run(() => Promise.resolve(serviceThat(() => stopping.then(() => true))));
    listeners.get('SIGINT')?.('SIGINT');
    listeners.get('SIGINT')?.('SIGINT');
    end();
    expect(await exit).toBe(code);
  });
});

describe('A service that is stopped during its start', () => {
  /** Returns what was logged once the process has ended. */
  async function stoppedDuringStart(outcome: () => Promise<void>): Promise<string[]> {
    const lines: string[] = [];
    const log = pino({ base: null }, { write: (line: string) => void lines.push(line) });
    let start = (): void => undefined;
    const started = new Promise<void>((resolve) => (start = resolve)).then(outcome);
    const stop = (): Promise<boolean> =>
      started.then(
        () => true,
        () => false,
      );
    const run = new Lifecycle(log).run(() => Promise.resolve(serviceThat(stop, () => started)));
    // Now it is loaded.
    await Promise.resolve();
    await Promise.resolve();
    listeners.get('SIGTERM')?.('SIGTERM');
    start();
    await run;
    await exit;
    return lines;
  }

  it('logs once why the start failed, and ends with 1', async () => {
    const lines = await stoppedDuringStart(() => Promise.reject(new Error('no port')));
    expect(await exit).toBe(1);
    expect(lines.filter((line) => line.includes('no port'))).toHaveLength(1);
    expect(lines.join()).not.toContain('"Stopped"');
  });

  it('ends with 0 once the start has ended', async () => {
    const lines = await stoppedDuringStart(() => Promise.resolve());
    expect(await exit).toBe(0);
    expect(lines.join()).toContain('"Stopped"');
  });

  it('does not start when it is stopped while it loads', async () => {
    const start = jest.fn(() => Promise.resolve());
    const stop = jest.fn(() => Promise.resolve(true));
    await new Lifecycle(brokenLog).run(async () => {
      await Promise.resolve();
      listeners.get('SIGTERM')?.('SIGTERM');
      return serviceThat(stop, start);
    });
    expect(await exit).toBe(0);
    expect(start).not.toHaveBeenCalled();
    expect(stop).toHaveBeenCalledTimes(1);
  });
});

describe('A service that is stopped by other means than a signal', () => {
  /** Returns what lets the service end, and resolves when the process would have ended. */
  async function stoppedByCall(): Promise<() => Promise<void>> {
    let end = (): void => undefined;
    const stopping = new Promise<void>((resolve) => (end = resolve));
    const lifecycle = new Lifecycle(brokenLog);
    await lifecycle.run(() => Promise.resolve(serviceThat(() => stopping.then(() => true))));
    const stopped = lifecycle.stop('The primary stops');
    return () => {
      end();
      return stopped;
    };
  }

  it('takes the first signal after it for the same order, and ends with 0', async () => {
    const end = await stoppedByCall();
    listeners.get('SIGINT')?.('SIGINT');
    await end();
    expect(await exit).toBe(0);
  });

  it('ends at once, with 1, at the second signal after it', async () => {
    const end = await stoppedByCall();
    listeners.get('SIGINT')?.('SIGINT');
    listeners.get('SIGINT')?.('SIGINT');
    expect(await exit).toBe(1);
    await end();
  });

  it('reports a failed start where it is asked to, and nowhere else', async () => {
    const reported: string[] = [];
    const lines: string[] = [];
    const log = pino({ base: null }, { write: (line: string) => void lines.push(line) });
    const reportStartFailure = ({ message }: { message: string }): Promise<void> => {
      reported.push(message);
      return Promise.resolve();
    };
    await new Lifecycle(log, { reportStartFailure }).run(() => Promise.reject(new Error('no port')));
    expect(await exit).toBe(1);
    expect({ reported, lines }).toEqual({ reported: ["Can't start: no port"], lines: [] });
  });
});
