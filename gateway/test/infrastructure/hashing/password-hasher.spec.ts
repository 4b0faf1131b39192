import { describe, expect, it } from '@jest/globals';
import { hashQueueLimits, ScryptPasswordHasher } from '../../../src/infrastructure/hashing/scrypt-password-hasher.js';
import { cheapHasher } from '../../support/accounts.js';

const KNOWN = { account: 'one' };

describe('hashes of passwords', () => {
  it('are PHC strings with N=2^15, r=8, p=3 and a random salt', async () => {
    const hash = await new ScryptPasswordHasher().hash('secret', KNOWN);
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  });

  it('differ for equal passwords, and verify only the right one', async () => {
    const hasher = cheapHasher();
    const [one, other] = await Promise.all([hasher.hash('secret', KNOWN), hasher.hash('secret', KNOWN)]);
    expect(one).not.toBe(other);
    expect(await hasher.verify('secret', one, KNOWN)).toBe('right');
    expect(await hasher.verify('Secret', one, KNOWN)).toBe('wrong');
  });

  it('match RFC 7914', async () => {
    const hash = `$scrypt$ln=10,r=8,p=16$${Buffer.from('NaCl').toString('base64').replaceAll('=', '')}$`;
    const expected = Buffer.from('fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162', 'hex');
    const phc = hash + expected.toString('base64').replaceAll('=', '');
    expect(await cheapHasher().verify('password', phc, KNOWN)).toBe('outdated');
  });

  it('are outdated after the parameters change', async () => {
    const hash = await cheapHasher(1).hash('secret', KNOWN);
    expect(await cheapHasher(2).verify('secret', hash, KNOWN)).toBe('outdated');
    expect(await cheapHasher(2).verify('other', hash, KNOWN)).toBe('wrong');
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
