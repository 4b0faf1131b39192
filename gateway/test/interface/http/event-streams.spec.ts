import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { MessageEvent } from '@nestjs/common';
import { Deferred } from '@tasks/testing/deferred';
import { ListAccess } from '../../../src/application/lists/list-access.js';
import { ChangeFeed } from '../../../src/application/tasks/change-feed.js';
import { AccountError } from '../../../src/domain/account.errors.js';
import type { List } from '../../../src/domain/list.js';
import type { Principal } from '../../../src/domain/principal.js';
import { EventStreams } from '../../../src/interface/http/event-streams.js';
import { TestAccounts } from '../../support/accounts.js';
import { aList, aMember } from '../../support/builders.js';

const HEARTBEAT_MS = 50;

describe('the heartbeat of event streams', () => {
  const { parts } = new TestAccounts();
  const access = new ListAccess(parts);
  let feed: ChangeFeed;
  let streams: EventStreams;

  beforeEach(() => {
    feed = new ChangeFeed();
    streams = new EventStreams(feed, 20, HEARTBEAT_MS);
  });

  afterEach(async () => {
    await streams.stop();
    jest.restoreAllMocks();
  });

  /** Opens a stream; resolves with its later events once it reports changes. */
  async function open(accountId: string): Promise<Events> {
    const principal = { via: 'session', accountId } as Principal;
    const events = new Events();
    streams.open({ principal, repeat: () => Promise.resolve(principal) }, access).subscribe((event) => {
      events.add(event);
    });
    await events.next('heartbeat');
    return events;
  }

  it('is sent to no stream that has not read its lists', async () => {
    const list = await shared('carol');
    const others = await open('dave');
    const [reading, answer] = [new Deferred<unknown>(), new Deferred<readonly List[]>()];
    const read = jest.spyOn(parts.lists, 'listByAccount').mockImplementation(() => {
      reading.resolve(undefined);
      return answer.promise;
    });
    const opening = open('carol');
    await reading.promise;
    read.mockResolvedValue([]);
    await streams.start();
    // Every account has its heartbeat between two of another one.
    for (let n = 0; n < 2; n++) await others.next('heartbeat');
    feed.publishTasks(list.ownerId, { taskIds: ['before'] });
    answer.resolve([list]);
    const events = await opening;
    feed.publishTasks(list.ownerId, { taskIds: ['milk'] });
    expect(await events.next('list-changed')).toEqual({ list: list.id, taskIds: ['milk'] });
  });

  it('holds back no change while it reads the lists again', async () => {
    const list = await shared('alice');
    const events = await open('alice');
    const [reading, answer] = [new Deferred<unknown>(), new Deferred<readonly List[]>()];
    jest.spyOn(parts.lists, 'listByAccount').mockImplementation(() => {
      reading.resolve(undefined);
      return answer.promise;
    });
    await streams.start();
    await reading.promise;
    feed.publishTasks(list.ownerId, { taskIds: ['milk'] });
    expect(await events.next('list-changed')).toEqual({ list: list.id, taskIds: ['milk'] });
    answer.resolve([]);
    expect(await events.next('lists-changed')).toEqual({});
  });

  it('has changes wait when it could not read the lists', async () => {
    const list = await shared('bob');
    const events = await open('bob');
    const read = jest.spyOn(parts.lists, 'listByAccount');
    const failed = new Deferred<unknown>();
    read.mockImplementation(() => {
      failed.resolve(undefined);
      return Promise.reject(new AccountError('STORE_UNAVAILABLE'));
    });
    await streams.start();
    await failed.promise;
    await setImmediate();
    feed.publishTasks(list.ownerId, { taskIds: ['milk'] });
    read.mockResolvedValue([list]);
    expect(await events.next('list-changed')).toEqual({ list: list.id, all: true });
  });

  it('is not that of all accounts at once', async () => {
    let iteration = 0;
    const counting = new AbortController();
    const count = async (): Promise<void> => {
      for (; !counting.signal.aborted; iteration++) await setImmediate();
    };
    void count();
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => open(`account ${String(n)}`)));
    await streams.start();
    const beats = await Promise.all(
      all.map(async (events) => {
        await events.next('heartbeat');
        return iteration;
      }),
    );
    counting.abort();
    expect(new Set(beats).size).toBe(all.length);
  });

  async function shared(accountId: string): Promise<List> {
    const list = aList({ members: [aMember({ accountId })] });
    await parts.lists.add(list);
    return list;
  }
});

/** Events that a stream has sent. */
class Events {
  readonly #waiting: MessageEvent[] = [];
  #onEvent: () => void = () => undefined;

  add(event: MessageEvent): void {
    this.#waiting.push(event);
    this.#onEvent();
  }

  /** Resolves with the data of the next event of this type. */
  async next(type: string): Promise<unknown> {
    for (;;) {
      const event = this.#waiting.shift();
      if (event?.type === type) return event.data;
      if (!event)
        await new Promise<void>((resolve) => {
          this.#onEvent = resolve;
        });
    }
  }
}
