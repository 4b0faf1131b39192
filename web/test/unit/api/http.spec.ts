import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AccountApi, EntryApi } from '../../../src/api/account-api.js';
import { SessionApi } from '../../../src/api/session-api.js';
import { HttpClient } from '../../../src/api/http.js';
import { TasksApi } from '../../../src/api/tasks-api.js';
import { problemAnswer } from '../../support/problem-answer.js';

describe('HttpClient', () => {
  const browserFetch = globalThis.fetch;
  const requests: { path: string; headers: Record<string, string> }[] = [];
  let answer: (path: string, signal: AbortSignal) => Response;
  let http: HttpClient;

  beforeEach(() => {
    requests.length = 0;
    answer = () => Response.json({});
    http = new HttpClient();
    globalThis.fetch = (input, init) => {
      const path = (input as string).replace('/api/v1', '');
      requests.push({ path, headers: init?.headers as Record<string, string> });
      return Promise.resolve(answer(path, init?.signal as AbortSignal));
    };
  });
  afterEach(() => {
    globalThis.fetch = browserFetch;
    jest.useRealTimers();
  });

  /** An answer whose body never ends. */
  const stalled = (_path: string, signal: AbortSignal): Response =>
    new Response(
      new ReadableStream({
        start: (controller) => {
          controller.enqueue(new TextEncoder().encode('{'));
          signal.addEventListener('abort', () => {
            controller.error(signal.reason);
          });
        },
      }),
    );

  it('times out when a body has not arrived after 20 s', async () => {
    jest.useFakeTimers();
    const sent = new Promise<void>((resolve) => {
      answer = (path, signal) => {
        resolve();
        return stalled(path, signal);
      };
    });
    const failing = expect(new TasksApi(http).create('l', { id: '1', name: 'One' })).rejects.toMatchObject({
      failure: 'unreachable',
    });
    await sent;
    await jest.advanceTimersByTimeAsync(20_000);
    await failing;
    expect(jest.getTimerCount()).toBe(0);
  });

  it('waits longer for an export', async () => {
    jest.useFakeTimers();
    answer = stalled;
    let ended = false;
    const exporting = new AccountApi(http).export().finally(() => (ended = true));
    const failing = expect(exporting).rejects.toMatchObject({ failure: 'unreachable' });
    await jest.advanceTimersByTimeAsync(300_000);
    expect(ended).toBe(false);
    await jest.advanceTimersByTimeAsync(300_000);
    await failing;
  });

  it('leaves no listener on the signal of a request that ended', async () => {
    const { signal } = new AbortController();
    await http.getCached('/tasks', signal);
    answer = () => problemAnswer(503, 'unavailable');
    await expect(http.getCached('/tasks', signal)).rejects.toMatchObject({ type: 'unavailable' });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('sends a change in a task of its own, and at once while the page closes', async () => {
    const sent = (): string[] => requests.map(({ path }) => path);
    const changes = [http.send('POST', '/later'), http.send('POST', '/last', { keepalive: true })];
    expect(sent()).toEqual(['/last']);
    await Promise.all(changes);
    expect(sent()).toEqual(['/last', '/later']);
  });

  it('cancels while the body arrives, and sends nothing once cancelled', async () => {
    answer = stalled;
    const loading = new AbortController();
    const failing = expect(http.getCached('/tasks', loading.signal)).rejects.toMatchObject({ type: 'cancelled' });
    await new Promise((resolve) => setImmediate(resolve));
    loading.abort();
    await failing;
    await expect(http.getCached('/tasks', loading.signal)).rejects.toMatchObject({ type: 'cancelled' });
    expect(requests).toHaveLength(1);
  });

  it('asks for the 32 bodies used last by their ETag', async () => {
    answer = (path) => Response.json({ path }, { headers: { ETag: `"${path}"` } });
    const asked = (): string | undefined => requests.at(-1)?.headers['If-None-Match'];
    for (let task = 1; task <= 32; task++) await http.getCached(`/tasks/${String(task)}`);
    answer = () => new Response(null, { status: 304 });
    expect(await http.getCached('/tasks/1')).toEqual({ body: { path: '/tasks/1' }, etag: '"/tasks/1"' });
    answer = (path) => Response.json({ path }, { headers: { ETag: `"${path}"` } });
    await http.getCached('/tasks/33');
    await http.getCached('/tasks/1');
    expect(asked()).toBe('"/tasks/1"');
    await http.getCached('/tasks/2');
    expect(asked()).toBeUndefined();
  });

  it('names its account with every request, and none before a log-in', async () => {
    answer = () => Response.json({ account: { id: 'b', username: 'b' }, items: [], recoveryCode: 'code' });
    const { signal } = new AbortController();
    expect(await new SessionApi(new HttpClient()).whoAmI(signal)).toEqual({ id: 'b', username: 'b' });
    await new AccountApi(new HttpClient('a')).sessions();
    await new EntryApi().newRecoveryCode({ id: 'c', username: 'c' });
    expect(requests.map(({ headers }) => headers['Tasks-Account'])).toEqual([undefined, 'a', 'c']);
  });

  it.each([
    [401, 'log-in-required', 'ended'],
    [409, 'account-changed', 'other-account'],
    [401, 'wrong-credentials', 'granted'],
    [503, 'unavailable', 'granted'],
  ])('after %i %s its access is %s', async (status, type, access) => {
    answer = () => problemAnswer(status, type);
    const client = new HttpClient('a');
    await expect(client.send('GET', '/tasks')).rejects.toMatchObject({ type });
    expect(client.access.value).toBe(access);
  });

  it.each([401, 403, 404])('takes a %i that is no problem of the API for no answer', async (status) => {
    answer = () => new Response('<h1>Log in to the WLAN</h1>', { status, headers: { 'content-type': 'text/html' } });
    await expect(http.send('GET', '/tasks')).rejects.toMatchObject({ failure: 'unreachable' });
    expect(http.access.peek()).toBe('granted');
    answer = () => problemAnswer(status, 'x');
    const failure = status === 401 ? 'signed-out' : 'rejected';
    await expect(http.send('GET', '/tasks')).rejects.toMatchObject({ failure });
  });

  it('fails what is on its way once it has ended, and sends nothing more', async () => {
    answer = stalled;
    const ending = new AbortController();
    const client = new HttpClient('a', ending.signal);
    const failing = expect(client.send('GET', '/tasks')).rejects.toMatchObject({ type: 'cancelled' });
    await new Promise((resolve) => setImmediate(resolve));
    ending.abort();
    await failing;
    await expect(client.send('DELETE', '/tasks')).rejects.toMatchObject({ type: 'cancelled' });
    expect(requests).toHaveLength(1);
    expect(getEventListeners(ending.signal, 'abort')).toEqual([]);
  });

  it.each([200, 401])('fails as cancelled though the answer %i is already here', async (status) => {
    const ending = new AbortController();
    const client = new HttpClient('a', ending.signal);
    answer = () =>
      ({
        ok: status === 200,
        status,
        headers: new Headers({ 'content-type': 'application/problem+json' }),
        json: () => {
          ending.abort();
          return Promise.resolve({ type: 'urn:tasks:problem:log-in-required' });
        },
      }) as unknown as Response;
    await expect(client.send('GET', '/tasks')).rejects.toMatchObject({ type: 'cancelled' });
    expect(client.access.value).toBe('granted');
  });
});
