import { describe, expect, it } from '@jest/globals';
import { AccountError } from '../../../src/domain/account.errors.js';
import { HashQueue } from '../../../src/infrastructure/hashing/hash-queue.js';
import { hashQueueLimits, ScryptPasswordHasher } from '../../../src/infrastructure/hashing/scrypt-password-hasher.js';
import { cheapHasher } from '../../support/accounts.js';

describe('hashes of passwords', () => {
  it('are PHC strings with N=2^15, r=8, p=3 and a random salt', async () => {
    const hash = await new ScryptPasswordHasher().hash('secret', 'known');
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  });

  it('differ for equal passwords, and verify only the right one', async () => {
    const hasher = cheapHasher();
    const [one, other] = await Promise.all([hasher.hash('secret', 'known'), hasher.hash('secret', 'known')]);
    expect(one).not.toBe(other);
    expect(await hasher.verify('secret', one, 'known')).toBe('right');
    expect(await hasher.verify('Secret', one, 'known')).toBe('wrong');
  });

  it('match RFC 7914', async () => {
    const hash = `$scrypt$ln=10,r=8,p=16$${Buffer.from('NaCl').toString('base64').replaceAll('=', '')}$`;
    const expected = Buffer.from('fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162', 'hex');
    const phc = hash + expected.toString('base64').replaceAll('=', '');
    expect(await cheapHasher().verify('password', phc, 'known')).toBe('outdated');
  });

  it('are outdated after the parameters change', async () => {
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
    const verdict = hasher.verify('secret', hash, { address: '192.0.2.1' });
    expect(hasher.queueLength).toBe(1);
    expect(await verdict).toBe('wrong');
  });
});

describe('the number of concurrent hashes', () => {
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
  /** One at a time, each 100 ms by the queue's clock; by default two may wait. */
  function queue(places = 2): {
    /** @param network Of a stranger; undefined for a known user. */
    run: (name: string, network?: string) => Promise<void>;
    finish: () => void;
    log: string[];
    hashes: HashQueue;
  } {
    let time = 0;
    const log: string[] = [];
    const ends: (() => void)[] = [];
    const hashes = new HashQueue({ concurrency: 1, maxWaitMs: places * 100 }, 100, () => time);
    return {
      log,
      hashes,
      run: (name, network) =>
        hashes.run(network, () => {
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

  it('runs known users before strangers, each in order', async () => {
    const { run, finish, log } = queue();
    void run('first', 'one network');
    void run('stranger', 'one network');
    void run('known');
    for (let n = 0; n < 3; n++) {
      await settled();
      finish();
    }
    await settled();
    expect(log).toEqual(['first', 'known', 'stranger']);
  });

  it('rejects hashes that would wait over 2 s, with a retry time', async () => {
    const { run } = queue();
    void run('running', 'one network');
    void run('one', 'one network');
    void run('two', 'one network');
    await expect(run('three', 'one network')).rejects.toMatchObject({ code: 'BUSY', retryAfterSeconds: 1 });
  });

  it('has no capacity for a network that would be rejected, but for others', () => {
    const { run, hashes } = queue();
    void run('running', 'one network');
    expect(() => {
      hashes.requireCapacity('one network');
    }).not.toThrow();
    void run('one', 'one network');
    void run('two', 'one network');
    expect(() => {
      hashes.requireCapacity('one network');
    }).toThrow(AccountError);
    for (const other of ['elsewhere', undefined]) {
      expect(() => {
        hashes.requireCapacity(other);
      }).not.toThrow();
    }
  });

  it('drops the last stranger for a known user', async () => {
    const { run, finish, log } = queue();
    void run('running', 'one network');
    void run('one', 'one network');
    const two = run('two', 'one network');
    void run('known');
    await expect(two).rejects.toBeInstanceOf(AccountError);
    for (let n = 0; n < 3; n++) {
      await settled();
      finish();
    }
    expect(log).toEqual(['running', 'known', 'one']);
  });

  it('rejects known users when only they wait', async () => {
    const { run } = queue();
    void run('running', 'one network');
    void run('one');
    void run('two');
    await expect(run('three')).rejects.toMatchObject({ code: 'BUSY' });
  });

  it('admits a new network, next in line, while one network fills the queue', async () => {
    const { run, finish, log } = queue(6);
    void run('running', 'attacker');
    const flood = [1, 2, 3, 4, 5, 6].map((n) => run(`flood ${String(n)}`, 'attacker'));
    void run('visitor', 'elsewhere');
    await expect(flood.at(-1)).rejects.toMatchObject({ code: 'BUSY' });
    // The attacker repeats rejected hashes at once, without success.
    await expect(run('again', 'attacker')).rejects.toMatchObject({ code: 'BUSY' });
    for (let n = 0; n < 3; n++) {
      await settled();
      finish();
    }
    await settled();
    expect(log).toEqual(['running', 'flood 1', 'visitor', 'flood 2']);
  });

  it('admits a new network when hashes exceed the maximum waiting time', async () => {
    const { run, finish, log } = queue(0.5);
    void run('running', 'attacker');
    void run('flood 1', 'attacker');
    const flood = run('flood 2', 'attacker');
    void run('visitor', 'elsewhere');
    await expect(flood).rejects.toMatchObject({ code: 'BUSY' });
    for (let n = 0; n < 2; n++) {
      await settled();
      finish();
    }
    await settled();
    expect(log).toEqual(['running', 'flood 1', 'visitor']);
  });

  it('serves networks round-robin, and each in order', async () => {
    const { run, finish, log } = queue(6);
    void run('running', 'a');
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) void run(name, name.charAt(0));
    for (let n = 0; n < 6; n++) {
      await settled();
      finish();
    }
    await settled();
    expect(log).toEqual(['running', 'a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('gives one network the whole queue while no other waits', async () => {
    const { run, finish, log } = queue(6);
    const all = [0, 1, 2, 3, 4, 5, 6].map((n) => run(String(n), 'office'));
    for (let n = 0; n < 7; n++) {
      await settled();
      finish();
    }
    await expect(Promise.all(all)).resolves.toHaveLength(7);
    expect(log).toHaveLength(7);
  });

  it('drops nothing for a network with as many waiting hashes', async () => {
    const { run } = queue(4);
    void run('running', 'a');
    for (const name of ['a1', 'a2', 'b1', 'b2']) void run(name, name.charAt(0));
    await expect(run('b3', 'b')).rejects.toMatchObject({ code: 'BUSY' });
    await expect(run('a3', 'a')).rejects.toMatchObject({ code: 'BUSY' });
  });

  it('continues after a failed hash', async () => {
    const hashes = new HashQueue({ concurrency: 1, maxWaitMs: 200 }, 100, () => 0);
    await expect(hashes.run(undefined, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(hashes.run(undefined, () => Promise.resolve('fine'))).resolves.toBe('fine');
    expect(hashes.length).toBe(0);
  });
});
