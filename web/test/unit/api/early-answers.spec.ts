import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { askEarly, forgetEarly, forgetEarlyUnless, takeEarly } from '../../../src/api/early-answers.js';
import { HttpClient } from '../../../src/api/http.js';
import { settle } from '../../support/settle.js';

describe('early answers', () => {
  const browserFetch = globalThis.fetch;
  const requests: string[] = [];
  /** Account of the session; undefined: there is none. */
  let session: string | undefined;

  beforeEach(() => {
    requests.length = 0;
    session = 'a';
    globalThis.fetch = (input, init) => {
      const path = (input as string).replace('/api/v1', '');
      const named = (init?.headers as Record<string, string>)['Tasks-Account'];
      requests.push(`${path} ${named ?? 'unnamed'}`);
      const body = path === '/session' ? { account: { id: session } } : { path };
      return Promise.resolve(Response.json(body, { status: session === undefined ? 401 : 200 }));
    };
  });
  afterEach(() => {
    forgetEarly();
    globalThis.fetch = browserFetch;
  });

  it('asks in the name of the account that this browser knows, at once', () => {
    askEarly(['/lists', '/tasks'], 'a');
    expect(requests).toEqual(['/session unnamed', '/lists a', '/tasks a']);
  });

  it('asks in the name of the account of the session where none is known', async () => {
    askEarly(['/lists'], null);
    expect(requests).toEqual(['/session unnamed']);
    await settle();
    expect(requests).toEqual(['/session unnamed', '/lists a']);
  });

  it('asks for nothing else without a session', async () => {
    session = undefined;
    askEarly(['/lists'], null);
    await settle();
    expect(requests).toEqual(['/session unnamed']);
  });

  it('answers the first request of that account, and no request of another', async () => {
    askEarly(['/lists'], 'a');
    requests.length = 0;
    await new HttpClient('b').send('GET', '/lists');
    expect(requests).toEqual(['/lists b']);
    expect(await new HttpClient('a').send('GET', '/lists')).toEqual({ path: '/lists' });
    expect(requests).toEqual(['/lists b']);
    await new HttpClient('a').send('GET', '/lists');
    expect(requests).toEqual(['/lists b', '/lists a']);
  });

  it('answers no change, and nothing after the start', async () => {
    askEarly(['/lists'], 'a');
    await new HttpClient('a').send('POST', '/lists');
    forgetEarly();
    expect(takeEarly('/lists', 'a')).toBeUndefined();
    expect(takeEarly('/session', undefined)).toBeUndefined();
    expect(requests).toHaveLength(3);
  });

  it('answers nothing once another account is known to this browser, or none', () => {
    for (const now of ['b', null]) {
      askEarly(['/lists'], 'a');
      forgetEarlyUnless(now);
      expect(takeEarly('/session', undefined)).toBeUndefined();
      expect(takeEarly('/lists', 'a')).toBeUndefined();
    }
    askEarly(['/lists'], 'a');
    forgetEarlyUnless('a');
    expect(takeEarly('/lists', 'a')).toBeDefined();
  });

  it('fails as any request when the network does', async () => {
    globalThis.fetch = () => Promise.reject(new TypeError('offline'));
    askEarly(['/lists'], 'a');
    await expect(new HttpClient('a').send('GET', '/lists')).rejects.toMatchObject({ type: 'unreachable' });
  });
});
