import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { networkOf } from '@tasks/service/network';
import {
  PasswordHasher,
  type HashRequester,
  type PasswordVerdict,
} from '../../application/accounts/password-hasher.js';
import { HashQueue, type HashOwner, type HashQueueLimits } from './hash-queue.js';

interface ScryptParameters {
  /** Base-2 logarithm of the number of rounds. */
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP's choice for 32 MiB a hash. */
const SCRYPT_PARAMETERS: ScryptParameters = { logN: 15, r: 8, p: 3 };

/** Maximum memory of a stored hash's parameters, in bytes; beyond it the hash is rejected. */
const MAX_MEMORY = 64 * 1_024 * 1_024;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const FIRST_ESTIMATE_MS = 150;
const MAX_WAIT_MS = 2_000;
/** Threads of libuv's pool that hashes leave free, for files and DNS. */
const THREADS_FOR_OTHERS = 2;
const DEFAULT_POOL_SIZE = 4;

/** The limits for this machine: one core is left free. */
export function hashQueueLimits(cores = availableParallelism(), poolSize = threadPoolSize()): HashQueueLimits {
  const concurrency = Math.max(1, Math.min(cores - 1, poolSize - THREADS_FOR_OTHERS));
  return { concurrency, maxWaitMs: MAX_WAIT_MS };
}

/** Number of threads of libuv's pool, as Node reads it. */
function threadPoolSize(): number {
  const size = Number(process.env['UV_THREADPOOL_SIZE']);
  return Number.isInteger(size) && size > 0 ? size : DEFAULT_POOL_SIZE;
}

/** Hashes passwords by scrypt, stored as `$scrypt$ln=15,r=8,p=3$salt$hash`. */
export class ScryptPasswordHasher extends PasswordHasher {
  readonly #parameters: ScryptParameters;
  readonly #queue: HashQueue;
  readonly #saltForNobody = randomBytes(SALT_BYTES);

  constructor(parameters = SCRYPT_PARAMETERS, limits = hashQueueLimits()) {
    super();
    this.#parameters = parameters;
    this.#queue = new HashQueue(limits, FIRST_ESTIMATE_MS, () => performance.now());
  }

  /** Number of running and waiting hashes. */
  get queueLength(): number {
    return this.#queue.length;
  }

  override requireCapacity(requester: HashRequester): void {
    this.#queue.requireCapacity(ownerOf(requester));
  }

  override async hash(password: string, requester: HashRequester): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const hash = await this.#run(requester, password, { ...this.#parameters, salt });
    const { logN, r, p } = this.#parameters;
    return `$scrypt$ln=${String(logN)},r=${String(r)},p=${String(p)}$${phcBase64(salt)}$${phcBase64(hash)}`;
  }

  override async verify(
    password: string,
    hash: string | undefined,
    requester: HashRequester,
  ): Promise<PasswordVerdict> {
    // Always one hash: the time must not reveal whether the account exists.
    const stored = parsed(hash);
    const made = await this.#run(requester, password, stored ?? { ...this.#parameters, salt: this.#saltForNobody });
    if (!stored || made.length !== stored.hash.length || !timingSafeEqual(made, stored.hash)) return 'wrong';
    const { logN, r, p } = this.#parameters;
    return stored.logN === logN && stored.r === r && stored.p === p ? 'right' : 'outdated';
  }

  #run(requester: HashRequester, password: string, { logN, r, p, salt }: Salted): Promise<Buffer> {
    return this.#queue.run(ownerOf(requester), () => {
      return new Promise((resolve, reject) => {
        scrypt(password, salt, HASH_BYTES, { N: 2 ** logN, r, p, maxmem: MAX_MEMORY }, (error, key) => {
          if (error) reject(error);
          else resolve(key);
        });
      });
    });
  }
}

function ownerOf(requester: HashRequester): HashOwner {
  return 'account' in requester
    ? { kind: 'known', id: requester.account }
    : { kind: 'stranger', id: networkOf(requester.address) };
}

interface Salted extends ScryptParameters {
  readonly salt: Buffer;
}

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function parsed(phc: string | undefined): (Salted & { readonly hash: Buffer }) | undefined {
  const [, logN, r, p, salt, hash] = PHC.exec(phc ?? '') ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  const parameters = { logN: Number(logN), r: Number(r), p: Number(p) };
  return { ...parameters, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

/** Base64 without padding, as in PHC strings. */
function phcBase64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
