import { createHash, createHmac, hash, randomBytes } from 'node:crypto';
import { Secrets } from '../../application/accounts/secrets.js';

const TOKEN_BYTES = 32;
const ID_BYTES = 16;
const RECOVERY_CODE_BYTES = 20;

const PREFIX = 'tasks_';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 256 bit in base62. */
const SECRET_LENGTH = 43;
/** 32 bit in base62. */
const CHECKSUM_LENGTH = 6;
const CHECKSUM_BYTES = 4;
const ACCESS_TOKEN = new RegExp(
  `^${PREFIX}([0-9A-Za-z]{${String(SECRET_LENGTH)}})([0-9A-Za-z]{${String(CHECKSUM_LENGTH)}})$`,
);

/** Crockford's base32: without I, L, O, U, so that a code can be read aloud and copied by hand. */
const BASE32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUP = /.{4}(?!$)/g;

/** Secrets made with Node's cryptography. */
export class NodeSecrets extends Secrets {
  override newId(): string {
    return randomBytes(ID_BYTES).toString('hex');
  }

  override newToken(): string {
    return randomBytes(TOKEN_BYTES).toString('base64url');
  }

  override newAccessToken(): string {
    const secret = inBase(BASE62, randomBytes(TOKEN_BYTES), SECRET_LENGTH);
    return `${PREFIX}${secret}${checksum(secret)}`;
  }

  override isAccessToken(text: string): boolean {
    const [, secret, sum] = ACCESS_TOKEN.exec(text) ?? [];
    return secret !== undefined && checksum(secret) === sum;
  }

  override newRecoveryCode(): string {
    return inBase(BASE32, randomBytes(RECOVERY_CODE_BYTES), (RECOVERY_CODE_BYTES * 8) / 5).replace(GROUP, '$&-');
  }

  override digest(secret: string): string {
    return hash('sha256', secret);
  }

  override recoveryDigest(code: string): string {
    const plain = code.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replaceAll('O', '0');
    return this.digest(plain);
  }

  override keyedDigest(key: string, text: string): string {
    return createHmac('sha256', key).update(text).digest('hex');
  }
}

function checksum(secret: string): string {
  const sum = createHash('sha256').update(secret).digest().subarray(0, CHECKSUM_BYTES);
  return inBase(BASE62, sum, CHECKSUM_LENGTH);
}

function inBase(digits: string, bytes: Buffer, length: number): string {
  const base = BigInt(digits.length);
  let value = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (let place = 0; place < length; place++) {
    text = digits.charAt(Number(value % base)) + text;
    value /= base;
  }
  return text;
}
