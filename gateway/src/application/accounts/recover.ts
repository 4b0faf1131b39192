import { endOfCredentials } from '../../domain/account.js';
import { AccountError } from '../../domain/account.errors.js';
import { hashedForm } from '../../domain/password-policy.js';
import type { Origin } from './account-ports.js';
import { accountByName, digestsOf, newPasswordProblem, removeEnded } from './credentials.js';
import type { AccountParts } from './parts.js';
import type { SignedUp } from './sign-up.js';

/** A log-in by the recovery code. */
interface RecoverInput extends Origin {
  readonly username: string;
  readonly recoveryCode: string;
  readonly newPassword: string;
}

/**
 * Sets a new password with the recovery code, which can be used once: starts a new session with a new code; every other
 * session, token and device of the account ends.
 *
 * Wrong codes are not counted: 160 random bits can't be guessed, and a count would let strangers keep the owner out.
 */
export class Recover {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** @throws AccountError WRONG_CREDENTIALS, ACCOUNT_DISABLED, INVALID_INPUT, BUSY, STORE_UNAVAILABLE */
  async execute({ username, recoveryCode, newPassword, ...origin }: RecoverInput): Promise<SignedUp> {
    const { audit } = this.#parts;
    const problem = await newPasswordProblem(this.#parts, newPassword, username, 'newPassword');
    if (problem) throw AccountError.invalidInput([problem]);
    const { address } = origin;
    const found = await accountByName(this.#parts, username);
    // No password is verified: a code of 160 random bits needs no slow hash, so a wrong one costs the same for any
    // name.
    const isRight =
      found !== undefined &&
      found.status !== 'deleting' &&
      found.recoveryDigest === this.#parts.secrets.recoveryDigest(recoveryCode);
    if (!isRight) {
      audit.record({ type: 'recovery-failed', accountId: found?.id, address });
      throw new AccountError('WRONG_CREDENTIALS');
    }
    if (found.status === 'disabled') throw new AccountError('ACCOUNT_DISABLED');
    return this.#spend(found, newPassword, origin);
  }

  async #spend(account: SignedUp['account'], newPassword: string, origin: Origin): Promise<SignedUp> {
    const { accounts, devices, hasher, secrets, issuer, audit } = this.#parts;
    const { id, credentialVersion, recoveryDigest } = account;
    const passwordHash = await hasher.hash(hashedForm(newPassword), { account: id });
    const recoveryCode = secrets.newRecoveryCode();
    const changed = await accounts.change(
      id,
      { status: 'active', credentialVersion, recoveryDigest },
      { passwordHash, recoveryDigest: secrets.recoveryDigest(recoveryCode), ...endOfCredentials(account) },
    );
    // A concurrent recovery has used the code.
    if (!changed) throw new AccountError('WRONG_CREDENTIALS');
    audit.record({ type: 'recovery', accountId: id, address: origin.address });
    await removeEnded(this.#parts, changed);
    await devices.remove(digestsOf(await devices.listByAccount(id)));
    return { ...(await issuer.begin(changed, origin)), recoveryCode };
  }
}
