import { describe, expect, it } from '@jest/globals';
import { toDevice } from '../../src/account/device.js';
import { makePassphrase } from '../../src/account/passphrase.js';
import { words } from '../../src/account/words.js';
import { ApiError } from '../../src/api/api-error.js';
import { accountTexts } from '../../src/account/texts.js';
import { de } from '../../src/i18n/de.js';
import { en } from '../../src/i18n/en.js';
import { KeptQueue } from '../../src/state/kept-queue.js';
import { PreferencesModel } from '../../src/state/preferences.js';
import { safeStorage } from '../../src/state/safe-storage.js';
import { formTexts } from '../../src/ui/texts.js';
import { FakeStorage } from '../support/fake-browser.js';

describe('makePassphrase', () => {
  it('draws six different words', () => {
    const drawn = [1, 1, 2, 3, 4, 5, 6];
    const phrase = makePassphrase(words, (numbers) => {
      numbers[0] = drawn.shift() ?? 0;
    });
    expect(phrase.split('-')).toEqual([1, 2, 3, 4, 5, 6].map((place) => words[place]));
  });

  it('draws again after a value that would bias the words', () => {
    const drawn = [65_535, 0, 1, 2, 3, 4, 5];
    const phrase = makePassphrase(['a', 'b', 'c', 'd', 'e', 'f', 'g'], (numbers) => {
      numbers[0] = drawn.shift() ?? 0;
    });
    expect(phrase).toBe('a-b-c-d-e-f');
  });

  it('has 2,048 words', () => {
    expect(new Set(words).size).toBe(2_048);
  });
});

describe('toDevice', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      'Chrome',
      'Linux',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
      'Edge',
      'Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1',
      'Safari',
      'iPhone',
    ],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:130.0) Gecko/20100101 Firefox/130.0', 'Firefox', 'macOS'],
    ['', undefined, undefined],
  ])('%s', (userAgent, browser, system) => {
    expect(toDevice(userAgent)).toEqual({ browser, system });
  });
});

describe('ApiError', () => {
  it.each([
    [0, 'unreachable', 'unreachable'],
    [401, 'log-in-required', 'signed-out'],
    [401, 'wrong-credentials', 'rejected'],
    [403, 'confirmation-required', 'unconfirmed'],
    [409, 'account-changed', 'account-changed'],
    [422, 'invalid', 'rejected'],
    [429, 'too-many-requests', 'busy'],
    [504, 'timeout', 'busy'],
  ])('%i %s means %s', (status, type, failure) => {
    expect(new ApiError(status, type).failure).toBe(failure);
  });

  it('is a lost session when it ended or is another account’s', () => {
    const lost = [401, 409, 403].map((status) => new ApiError(status, status === 409 ? 'account-changed' : 'other'));
    expect(lost.map(({ isSessionLost }) => isSessionLost)).toEqual([true, true, false]);
  });
});

describe('The languages', () => {
  it('word the same problems and rules', () => {
    const types = ['unreachable', 'too-many-requests', 'id-taken', 'timeout'];
    for (const texts of [en, de]) {
      for (const type of types) expect(texts.problem(type)).not.toBe(texts.problem('no-such-type'));
      for (const code of ['empty', 'too-long'])
        expect(texts.rejection('invalid', { code })).not.toBe(texts.rejection('invalid'));
    }
    for (const part of ['problems', 'rules'] as const)
      expect(Object.keys(formTexts.de[part])).toEqual(Object.keys(formTexts.en[part]));
  });
});

describe('The hint for a new password', () => {
  it('names the length that the server chose, and none before it is known', () => {
    for (const { passwordHint } of Object.values(accountTexts)) {
      expect(passwordHint(20)).toContain('20');
      expect(passwordHint()).not.toMatch(/\d/);
    }
  });
});

describe('KeptQueue', () => {
  it('keeps changes with their account, and nothing once all is sent', () => {
    const storage = new FakeStorage();
    const kept = new KeptQueue(storage, 'a');
    kept.save([{ kind: 'remove', list: 'l', id: '1' }]);
    expect(kept.load()).toEqual({ isOwn: true, changes: [{ kind: 'remove', list: 'l', id: '1' }] });
    expect(new KeptQueue(storage, 'b').load()).toMatchObject({ isOwn: false });
    kept.save([]);
    expect(storage.items.size).toBe(0);
  });
});

describe('safeStorage', () => {
  const denied = (): never => {
    throw new Error('denied');
  };

  it.each([
    ['denied', denied],
    ['full', () => ({ getItem: () => null, setItem: denied, removeItem: () => undefined })],
    ['broken', () => ({ getItem: denied, setItem: denied, removeItem: denied })],
  ])('keeps nothing, and does not throw, where storage is %s', (_state, open) => {
    const storage = safeStorage(open);
    storage.setItem('key', 'value');
    storage.removeItem('key');
    expect(storage.getItem('key')).toBeNull();
    const kept = new KeptQueue(storage, 'a');
    kept.save([{ kind: 'clear-done', list: 'l' }]);
    expect(kept.load()).toBeUndefined();
    const preferences = new PreferencesModel(storage);
    preferences.change({ theme: 'dark' });
    expect(preferences.current.value.theme).toBe('dark');
  });
});
