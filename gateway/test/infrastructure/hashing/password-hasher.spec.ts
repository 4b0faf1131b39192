import { describe, expect, it } from '@jest/globals';
import { AccountError } from '../../../src/domain/account.errors.js';
import { HashQueue } from '../../../src/infrastructure/hashing/hash-queue.js';
import { hashQueueLimits, ScryptPasswordHasher } from '../../../src/infrastructure/hashing/scrypt-password-hasher.js';
import { cheapHasher } from '../../support/accounts.js';

describe('hashes of passwords', () => {
  it('are PHC strings with N=2^15, r=8, p=3 and a salt of their own', async () => {
    const hasher = new ScryptPasswordHasher();
    const [one, other] = await Promise.all([hasher.hash('secret', 'known'), hasher.hash('secret', 'known')]);
    expect(one).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(other);
    expect(await hasher.verify('secret', one, 'known')).toBe('right');
    expect(await hasher.verify('Secret', one, 'known')).toBe('wrong');
  });

  it('are those of RFC 7914', async () => {
    const hash = `$scrypt$ln=10,r=8,p=16$${Buffer.from('NaCl').toString('base64').replaceAll('=', '')}$`;
    const expected = Buffer.from('fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162', 'hex');
    const phc = hash + expected.toString('base64').replaceAll('=', '');
    expect(await cheapHasher().verify('password', phc, 'known')).toBe('outdated');
  });

  it('are outdated once the parameters change', async () => {
    const hash = await cheapHasher(1).hash('secret', 'known');
    expect(await cheapHasher(2).verify('secret', hash, 'known')).toBe('outdated');
    expect(await cheapHasher(2).verify('other', hash, 'known')).toBe('wrong');
  });

  it.each([
    ['there is none', undefined],
    ['it is that of no password', ''],
    ['it is damaged', '$scrypt$ln=1,r=1,p=1$$'],
  ])('are wrong, after one hash, where %s', async (_what, hash) => {
    const hasher = cheapHasher();
    const verdict = hasher.verify('secret', hash, 'stranger');
    expect(hasher.queueLength).toBe(1);
    expect(await verdict).toBe('wrong');
  });
});

describe('the number of hashes at once', () => {
  it.each([
    [1, 4, 1],
    [2, 4, 1],
    [4, 4, 2],
    [16, 4, 2],
    [16, 16, 14],
    [8, 1, 1],
  ])('on %i cores with %i threads is %i', (cores, threads, concurrency) => {
    expect(hashQueueLimits(cores, threads).concurrency).toBe(concurrency);
  });
});

describe('the queue of hashes', () => {
  /** One at a time, each 100 ms by the queue's clock; two may wait. */
  function queue(): {
    run: (name: string, priority: 'known' | 'stranger') => Promise<void>;
    finish: () => void;
    log: string[];
  } {
    let time = 0;
    const log: string[] = [];
    const ends: (() => void)[] = [];
    const hashes = new HashQueue({ concurrency: 1, maxWaitMs: 200 }, 100, () => time);
    return {
      log,
      run: (name, priority) =>
        hashes.run(priority, () => {
          log.push(name);
          return new Promise((resolve) => ends.push(resolve));
        }),
      finish: () => {
        time += 100;
        ends.shift()?.();
      },
    };
  }

  async function settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  it('runs known people before strangers, each in their order', async () => {
    const { run, finish, log } = queue();
    void run('first', 'stranger');
    void run('stranger', 'stranger');
    void run('known', 'known');
    for (let n = 0; n < 3; n++) {
      await settled();
      finish();
    }
    await settled();
    expect(log).toEqual(['first', 'known', 'stranger']);
  });

  it('rejects what would wait for over 2 s, and says when to come again', async () => {
    const { run } = queue();
    void run('running', 'stranger');
    void run('one', 'stranger');
    void run('two', 'stranger');
    await expect(run('three', 'stranger')).rejects.toMatchObject({ code: 'BUSY', retryAfterSeconds: 1 });
  });

  it('drops the last stranger for somebody known', async () => {
    const { run, finish, log } = queue();
    void run('running', 'stranger');
    void run('one', 'stranger');
    const two = run('two', 'stranger');
    void run('known', 'known');
    await expect(two).rejects.toBeInstanceOf(AccountError);
    for (let n = 0; n < 3; n++) {
      await settled();
      finish();
    }
    expect(log).toEqual(['running', 'known', 'one']);
  });

  it('rejects known people when only they wait', async () => {
    const { run } = queue();
    void run('running', 'stranger');
    void run('one', 'known');
    void run('two', 'known');
    await expect(run('three', 'known')).rejects.toMatchObject({ code: 'BUSY' });
  });

  it('goes on after a hash that failed', async () => {
    const hashes = new HashQueue({ concurrency: 1, maxWaitMs: 200 }, 100, () => 0);
    await expect(hashes.run('known', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(hashes.run('known', () => Promise.resolve('fine'))).resolves.toBe('fine');
    expect(hashes.length).toBe(0);
  });
});
