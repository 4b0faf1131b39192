import { endOfCredentials } from '../../domain/account.js';
import { type PasswordProof, requirePassword } from './change-credentials.js';
import { changeAccount, currentAccount, requireRecentAuthentication } from './credentials.js';
import type { AccountParts } from './parts.js';
import { sessionView, type SessionView } from './sessions.js';
import { tokenView, type TokenView } from './tokens.js';

/** Stored data of a user, without tasks and without secrets or their hashes. */
export interface AccountExport {
  readonly account: { readonly id: string; readonly username: string; readonly createdOn: Date };
  readonly sessions: readonly SessionView[];
  readonly devices: readonly { readonly expiresOn: Date }[];
  readonly tokens: readonly TokenView[];
}

/** Collects the stored data of the user; `ended` is called once it was sent, completely or in part. */
export class ExportAccount {
  readonly #parts: Pick<AccountParts, 'accounts' | 'sessions' | 'devices' | 'tokens' | 'audit' | 'now'>;

  constructor(parts: Pick<AccountParts, 'accounts' | 'sessions' | 'devices' | 'tokens' | 'audit' | 'now'>) {
    this.#parts = parts;
  }

  /** @throws AccountError RECENT_AUTHENTICATION_REQUIRED, UNAUTHENTICATED, STORE_UNAVAILABLE */
  async execute({ principal }: Pick<PasswordProof, 'principal'>): Promise<AccountExport> {
    const { accounts, sessions, devices, tokens, now } = this.#parts;
    requireRecentAuthentication(principal, now());
    const { id, username, createdOn } = await currentAccount({ accounts, sessions }, principal);
    const [sessionsThere, devicesThere, tokensThere] = await Promise.all([
      sessions.listByAccount(id),
      devices.listByAccount(id),
      tokens.listByAccount(id),
    ]);
    return {
      account: { id, username, createdOn },
      sessions: sessionsThere.map((session) => sessionView(session, principal)),
      devices: devicesThere.map(({ expiresOn }) => ({ expiresOn })),
      tokens: tokensThere.map(tokenView),
    };
  }

  /** Records the export. A client that stops early has received data, so it counts as well. */
  ended({ principal: { accountId }, address }: Pick<PasswordProof, 'principal' | 'address'>): void {
    this.#parts.audit.record({ type: 'account-exported', accountId, address });
  }
}

/** Marks the account for deletion: it stops working at once, and `Housekeeping` removes it. */
export class DeleteAccount {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** @throws AccountError WRONG_PASSWORD, UNAUTHENTICATED, INVALID_INPUT, TOO_MANY_ATTEMPTS, BUSY, STORE_UNAVAILABLE */
  async execute(proof: PasswordProof): Promise<void> {
    const { audit, sessionsEnded, now } = this.#parts;
    const account = await requirePassword(this.#parts, proof);
    const changes = { status: 'deleting', statusSince: now(), ...endOfCredentials(account) } as const;
    const { id } = await changeAccount(this.#parts, proof.principal, {}, changes);
    sessionsEnded.notify(id);
    audit.record({ type: 'account-deleting', accountId: id, address: proof.address });
  }
}
