import { describe, expect, it } from '@jest/globals';
import { NodeSecrets } from '../../../src/infrastructure/hashing/node-secrets.js';

const secrets = new NodeSecrets();

describe('access tokens', () => {
  it('are tasks_, 43 characters of secret and a checksum', () => {
    const token = secrets.newAccessToken();
    expect(token).toMatch(/^tasks_[0-9A-Za-z]{49}$/);
    expect(secrets.isAccessToken(token)).toBe(true);
  });

  it('are no longer tokens once a character is changed, added or lost', () => {
    const token = secrets.newAccessToken();
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'x' ? 'y' : 'x';
      expect(secrets.isAccessToken(token.slice(0, at) + other + token.slice(at + 1))).toBe(false);
    }
    expect(secrets.isAccessToken(`${token}0`)).toBe(false);
    expect(secrets.isAccessToken(token.slice(0, -1))).toBe(false);
    expect(secrets.isAccessToken(` ${token}`)).toBe(false);
  });
});

describe('recovery codes', () => {
  it('are 160 bit in groups of four, without letters that look like digits', () => {
    const code = secrets.newRecoveryCode();
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(code.replaceAll('-', '')).toHaveLength(32);
  });

  it('are equal in any handwritten form', () => {
    const digest = secrets.recoveryDigest('0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ');
    expect(secrets.recoveryDigest('o123 4567 89ab cdef ghjk mnpq rstv wxyz')).toBe(digest);
    expect(secrets.recoveryDigest('Ol23456789ABCDEFGHJKMNPQRSTVWXYZ')).toBe(digest);
    expect(secrets.recoveryDigest('0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXY0')).not.toBe(digest);
  });
});

describe('secrets', () => {
  it('are unique', () => {
    const made = Array.from({ length: 1_000 }, () => [
      secrets.newId(),
      secrets.newToken(),
      secrets.newAccessToken(),
      secrets.newRecoveryCode(),
    ]).flat();
    expect(new Set(made).size).toBe(4_000);
  });

  it('have a SHA-256 digest, or HMAC with a key', () => {
    expect(secrets.digest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(secrets.keyedDigest('key', 'The quick brown fox jumps over the lazy dog')).toBe(
      'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8',
    );
  });
});
