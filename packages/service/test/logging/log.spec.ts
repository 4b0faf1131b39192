import { describe, expect, it } from '@jest/globals';
import { createLog, type LogOptions } from '../../src/logging/log.js';
import { NestLogger } from '../../src/logging/nest-logger.js';
import type { Logger } from 'pino';

/** Returns the logged lines of these calls. */
async function logged(use: (log: Logger) => void, options: Partial<LogOptions> = {}): Promise<string[]> {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  use(await createLog({ level: 'debug', format: 'json', ...options, destination }));
  return lines;
}

async function parsed(use: (log: Logger) => void): Promise<unknown[]> {
  return (await logged(use)).map((line): unknown => JSON.parse(line));
}

/** An error as a driver throws it, with its document. */
function driverError(): Error {
  const cause = new Error('auth failed for mongodb://admin:hun@ter2@db.example:27017/tasks');
  const document = { op: { userId: 'alice', name: 'my secret task' } };
  return Object.assign(new Error('E11000 duplicate key', { cause }), { code: 11_000, writeErrors: [document] });
}

describe('The log', () => {
  it('is a JSON object for each event, with level, time and msg', async () => {
    const [line] = await parsed((log) => {
      log.info({ method: 'add' }, 'call');
    });
    expect(line).toEqual({ level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), method: 'add', msg: 'call' });
  });

  it('includes type, message, code, stack and causes of an error, and nothing else', async () => {
    const [text = ''] = await logged((log) => {
      log.error({ err: driverError() }, 'add failed');
    });
    expect(JSON.parse(text)).toMatchObject({
      err: { type: 'Error', message: 'E11000 duplicate key', code: 11_000, cause: { message: expect.any(String) } },
    });
    expect(text).not.toContain('my secret task');
  });

  it('shows no credentials anywhere', async () => {
    const uri = 'mongodb+srv://admin:hun@ter2@db.example/tasks';
    const lines = await logged((log) => {
      log.error({ err: driverError() }, `can't reach ${uri}`);
      log.warn('can not reach %s', uri);
      new NestLogger(log).error(`can't reach ${uri}`, new Error(uri).stack, 'MongoDB');
      new NestLogger(log).warn(new Error(uri));
    });
    expect(lines).toHaveLength(4);
    expect(lines.filter((line) => /admin|hun|ter2/.test(line))).toEqual([]);
    expect(lines.join('')).toContain('mongodb+srv://***@db.example/tasks');
  });

  it('does not follow circular causes', async () => {
    const error = new Error('a');
    error.cause = error;
    expect(
      await logged((log) => {
        log.error({ err: error }, 'x');
      }),
    ).toHaveLength(1);
  });

  it('does not change paths with an @', async () => {
    const stack = 'Error: x\n    at f (file:///srv/node_modules/@nestjs/core/injector.js:1:2)';
    const lines = await logged((log) => {
      log.error({ stack }, 'at file:///srv/node_modules/@nestjs/core/x.js with redis://a:b@c/@d');
    });
    expect(lines.join('')).toContain('file:///srv/node_modules/@nestjs/core/injector.js:1:2');
    expect(lines.join('')).toContain('file:///srv/node_modules/@nestjs/core/x.js with redis://***@d');
  });
});

describe('The log for people', () => {
  const pretty = (use: (log: Logger) => void): Promise<string[]> =>
    logged(use, { format: 'pretty', readable: { call: ({ method }) => `${String(method)} ok` } });

  it('is one line an event', async () => {
    const lines = await pretty((log) => {
      log.info('Thrift listens');
      log.warn({ peer: '127.0.0.1:1' }, 'cut');
    });
    expect(lines).toEqual([
      expect.stringMatching(/^\[\d\d:\d\d:\d\d\.\d{3}\] .*INFO.*: .*Thrift listens.*\n$/),
      expect.stringMatching(/^\[.*WARN.*: .*cut.*127\.0\.0\.1:1.*\n$/),
    ]);
    expect(lines.join('').match(/\n/g)).toHaveLength(2);
  });

  it('shows messages in their own format, without their fields', async () => {
    const lines = await pretty((log) => {
      log.info({ method: 'add', peer: 'x' }, 'call');
    });
    expect(lines.join('')).toMatch(/^\[[\d:.]+\] INFO: add ok\n$/);
  });

  it('has no line and no escape sequence forged by a peer', async () => {
    const forged = 'x\n[00:00:00.000] FATAL: forged\u001b[2J';
    const lines = await pretty((log) => {
      log.warn({ method: forged, [forged]: 1 }, `Unknown method ${forged}`);
      log.info({ method: forged }, 'call');
      log.error({ err: new Error(forged) }, 'failed');
    });
    expect(lines.join('')).toContain('Unknown method x\\n[00:00:00.000]');
    expect(
      lines
        .join('')
        .split('\n')
        .filter((line) => line.startsWith('[00:00:00.000]')),
    ).toEqual([]);
    expect(lines.join('')).not.toContain('\u001b[2J');
  });

  it('keeps the stack of an error, line by line', async () => {
    const lines = await pretty((log) => {
      log.error({ err: new Error('boom') }, 'failed');
    });
    expect(
      lines
        .join('')
        .split('\n')
        .filter((line) => /^ +at /.test(line)).length,
    ).toBeGreaterThan(1);
  });
});

describe("Nest's own lines", () => {
  it('have the form of all others, with the context', async () => {
    const failure = new Error('why');
    const lines = await parsed((log) => {
      const nest = new NestLogger(log);
      nest.log('hello', 'Tasks');
      nest.warn('careful', 'Server');
      nest.error('add failed', failure, 'Tasks');
      nest.error(failure, undefined, 'Tasks');
    });
    expect(lines).toMatchObject([
      { level: 'info', context: 'Tasks', msg: 'hello' },
      { level: 'warn', context: 'Server', msg: 'careful' },
      { level: 'error', context: 'Tasks', msg: 'add failed', err: { message: 'why' } },
      { level: 'error', context: 'Tasks', msg: 'why', err: { message: 'why' } },
    ]);
  });

  it('about its start are at debug, and duplicates are left out', async () => {
    const lines = await parsed((log) => {
      const nest = new NestLogger(log);
      nest.log('Starting Nest application...', 'NestFactory');
      nest.error(new Error('EADDRINUSE'), undefined, 'NestApplication');
    });
    expect(lines).toMatchObject([{ level: 'debug' }, { level: 'debug' }]);
  });
});
