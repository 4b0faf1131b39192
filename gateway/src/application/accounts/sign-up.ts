import type { Account } from '../../domain/account.js';
import { AccountError } from '../../domain/account.errors.js';
import { hashedForm } from '../../domain/password-policy.js';
import { canonicalUsername, shownUsername, usernameProblem } from '../../domain/username.js';
import type { AccountPorts, Origin } from './account-ports.js';
import { accountByName, newPasswordProblem } from './credentials.js';
import type { AccountParts } from './parts.js';
import type { IssuedSession } from './session-issuer.js';

interface SignUpInput extends Origin {
  readonly username: string;
  readonly password: string;
}

/** A new account, logged in. */
export interface SignedUp extends IssuedSession {
  /** Shown once: the only way to log in without the password. */
  readonly recoveryCode: string;
}

/** Requirements for a new account. */
export interface SignUpRules {
  readonly isOpen: boolean;
  /** Minimum length of a password, in characters. */
  readonly passwordMinLength: number;
}

/** Creates an account and its first session. */
export class SignUp {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  get rules(): SignUpRules {
    const { isSignUpOpen, passwordMinLength } = this.#parts.settings;
    return { isOpen: isSignUpOpen, passwordMinLength };
  }

  /** @throws AccountError SIGN_UP_CLOSED, INVALID_INPUT, USERNAME_TAKEN, BUSY, STORE_UNAVAILABLE */
  async execute({ username, password, ...origin }: SignUpInput): Promise<SignedUp> {
    const { settings, accounts, hasher, issuer, audit } = this.#parts;
    if (!settings.isSignUpOpen) throw new AccountError('SIGN_UP_CLOSED');
    const problems = [
      usernameProblem(username),
      await newPasswordProblem(this.#parts, password, username, 'password'),
    ].filter((problem) => problem !== undefined);
    if (problems.length > 0) throw AccountError.invalidInput(problems);
    // A taken name doesn't cost a hash.
    if (await accountByName(this.#parts, username)) throw new AccountError('USERNAME_TAKEN');
    const passwordHash = await hasher.hash(hashedForm(password), { address: origin.address });
    const { account, recoveryCode } = newAccount(this.#parts, username, passwordHash);
    if (!(await accounts.add(account))) throw new AccountError('USERNAME_TAKEN');
    audit.record({ type: 'sign-up', accountId: account.id, address: origin.address });
    return { ...(await issuer.begin(account, origin)), recoveryCode };
  }
}

/** An account not stored yet, and its recovery code. The username must be valid. */
export function newAccount(
  { secrets, now }: Pick<AccountPorts, 'secrets' | 'now'>,
  username: string,
  passwordHash: string,
): { account: Account; recoveryCode: string } {
  const recoveryCode = secrets.newRecoveryCode();
  const createdOn = now();
  const account: Account = {
    id: secrets.newId(),
    username: shownUsername(username),
    canonicalName: canonicalUsername(username),
    createdOn,
    status: 'active',
    statusSince: createdOn,
    credentialVersion: 1,
    tokenVersion: 1,
    passwordHash,
    recoveryDigest: secrets.recoveryDigest(recoveryCode),
  };
  return { account, recoveryCode };
}
