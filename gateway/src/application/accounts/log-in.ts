import type { Account } from '../../domain/account.js';
import { AccountError } from '../../domain/account.errors.js';
import { hashedForm } from '../../domain/password-policy.js';
import { canonicalUsername } from '../../domain/username.js';
import type { Origin } from './account-ports.js';
import { accountByName, verified } from './credentials.js';
import type { AccountParts } from './parts.js';
import type { IssuedSession } from './session-issuer.js';

interface LogInInput extends Origin {
  readonly username: string;
  readonly password: string;
}

/** Begins a session by username and password. An unknown name takes the same steps as a wrong password. */
export class LogIn {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** @throws AccountError WRONG_CREDENTIALS, ACCOUNT_DISABLED, INVALID_INPUT, TOO_MANY_ATTEMPTS, BUSY, STORE_UNAVAILABLE */
  async execute({ username, password, ...origin }: LogInInput): Promise<IssuedSession> {
    const { issuer, audit } = this.#parts;
    const name = canonicalUsername(username);
    const [there, device] = await Promise.all([
      accountByName(this.#parts, username),
      issuer.knownDevice(origin.deviceToken),
    ]);
    const found = there?.status === 'deleting' ? undefined : there;
    const isKnown = device !== undefined && device.accountId === found?.id;
    const { address } = origin;
    const verdict = await verified(this.#parts, {
      attempter: isKnown ? { kind: 'device', digest: device.digest } : { kind: 'stranger', name, address },
      requester: isKnown ? { account: device.accountId } : { address },
      password,
      passwordHash: found?.passwordHash,
    });
    // Again: the password may have changed during the hash.
    const account = verdict === 'wrong' ? undefined : await this.#unchanged(found);
    if (!account) {
      audit.record({ type: 'log-in-failed', accountId: found?.id, address });
      throw new AccountError('WRONG_CREDENTIALS');
    }
    if (account.status === 'disabled') {
      audit.record({ type: 'log-in-failed', accountId: account.id, address });
      throw new AccountError('ACCOUNT_DISABLED');
    }
    if (verdict === 'outdated') await this.#hashAgain(account, password);
    const issued = await issuer.begin(account, origin);
    audit.record({ type: 'log-in', accountId: account.id, address });
    return issued;
  }

  async #unchanged(found: Account | undefined): Promise<Account | undefined> {
    const account = found && (await this.#parts.accounts.findById(found.id));
    return account?.credentialVersion === found?.credentialVersion ? account : undefined;
  }

  /** With today's parameters. If that fails, the next log-in tries again. */
  async #hashAgain({ id, credentialVersion, passwordHash }: Account, password: string): Promise<void> {
    const { accounts, hasher } = this.#parts;
    try {
      const newHash = await hasher.hash(hashedForm(password), { account: id });
      await accounts.change(id, { credentialVersion, passwordHash }, { passwordHash: newHash });
    } catch (error) {
      if (!(error instanceof AccountError)) throw error;
    }
  }
}
