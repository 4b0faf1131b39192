import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { FaultyLink } from '@tasks/testing/faulty-link';
import { type Connection, createConnection } from 'mongoose';
import { answeredWithin, checkUri, connectOptions, MongoConnection, type MongoOptions } from '../src/index.js';

jest.setTimeout(60_000);

const LIMIT_MS = 500;

await describeWithMongo('A connection to a MongoDB that fails', ({ uri, database, stop }) => {
  const logged = new EventEmitter();
  let link: FaultyLink;
  let lines: string[];
  let failIndexes: Error | undefined;
  let indexesMade: number;
  let connection: Connection;
  let kept: MongoConnection;

  beforeAll(async () => {
    link = await FaultyLink.to(uri);
  });
  beforeEach(async () => {
    await link.mend();
    lines = [];
    failIndexes = undefined;
    indexesMade = 0;
  });
  afterEach(() => kept.close());
  afterAll(async () => {
    await link.cut();
    await stop();
  });

  function start(): void {
    const options = { uri: link.uri, place: 'the link', database, serverSelectionTimeoutMs: LIMIT_MS };
    const note = (line: string): void => {
      lines.push(line);
      logged.emit('line');
    };
    connection = createConnection(options.uri, connectOptions(options));
    kept = new MongoConnection({
      connection,
      options,
      indexes: {
        name: 'The indexes of tests',
        create: () => {
          indexesMade++;
          return failIndexes ? Promise.reject(failIndexes) : Promise.resolve();
        },
        advice: 'make them',
      },
      probe: { collection: 'probes', filter: { _id: 'none' } },
      log: { info: note, warn: note },
    });
    kept.start();
  }

  async function hasLines(count: number): Promise<void> {
    while (lines.length < count) await once(logged, 'line');
  }

  async function worksAgain(): Promise<void> {
    for (;;) {
      const isUp = await kept.roundTrip().then(
        () => true,
        () => false,
      );
      if (isUp) return;
      await delay(20);
    }
  }

  it('is retried until the server is up, with one log line for each change', async () => {
    await link.cut();
    start();
    await expect(kept.roundTrip()).rejects.toThrow();
    await expect(kept.roundTrip()).rejects.toThrow();
    await link.mend();
    await worksAgain();
    expect(lines).toEqual([
      expect.stringMatching(/^No MongoDB at the link \(.*\): calls are answered with 503 until it is available$/),
      'Connected to MongoDB at the link',
    ]);
  });

  it('creates the indexes again after an outage', async () => {
    start();
    await worksAgain();
    while (indexesMade < 1) await delay(20);
    await link.cut();
    await hasLines(2);
    await link.mend();
    await hasLines(3);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['Connected', 'No', 'Connected']);
    while (indexesMade < 2) await delay(20);
    expect(indexesMade).toBe(2);
  });

  it('retries to create the indexes, and logs failure and success once', async () => {
    failIndexes = new Error('not authorized');
    start();
    await hasLines(2);
    while (indexesMade < 2) await delay(20);
    failIndexes = undefined;
    await hasLines(3);
    expect(lines.slice(1)).toEqual([
      "The indexes of tests can't be created (not authorized): make them",
      'The indexes of tests exist',
    ]);
  });

  it('aborts an unanswered round trip, and works with the next connection', async () => {
    start();
    await worksAgain();
    link.hang();
    const startedAt = performance.now();
    await expect(kept.roundTrip()).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    link.letNewOnesThrough();
    await worksAgain();
  });

  it('closes in time while the server hangs', async () => {
    start();
    await worksAgain();
    link.hang();
    const startedAt = performance.now();
    await kept.close();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('closes at once while the server is down', async () => {
    await link.cut();
    start();
    await kept.close();
    expect(lines).toEqual([]);
  });
});

describe('A command', () => {
  it('times out a little after the limit of the driver', async () => {
    const never = new Promise<never>(() => undefined);
    await expect(answeredWithin({ serverSelectionTimeoutMs: 10 }, () => never)).rejects.toThrow(
      'MongoDB did not answer within 110 ms',
    );
  });

  it('returns its result or its error', async () => {
    const limit = { serverSelectionTimeoutMs: 10_000 };
    expect(await answeredWithin(limit, () => Promise.resolve(7))).toBe(7);
    await expect(answeredWithin(limit, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});

describe('A connection string', () => {
  const options: MongoOptions = { uri: '', place: 'host', database: 'db', serverSelectionTimeoutMs: 10 };

  it.each(['mongodb://alice:secret@host/?unknown=1', 'mongodb://alice:secret@host:port/'])(
    'that is invalid is rejected without its password: %s',
    (uri) => {
      expect(() => {
        checkUri({ ...options, uri }, 'MONGODB_URI');
      }).toThrow(/^MONGODB_URI for host can't be used: (?!.*secret)/);
    },
  );

  it('that is valid is accepted', () => {
    checkUri({ ...options, uri: 'mongodb://alice:secret@host/' }, 'MONGODB_URI');
  });
});
