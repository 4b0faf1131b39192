import { ListAccess } from '../lists/list-access.js';
import { type ListView, viewOf } from '../lists/manage-lists.js';
import { endOfCredentials } from '../../domain/account.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import { type PasswordProof, requirePassword } from './change-credentials.js';
import { changeAccount, currentAccount, requireRecentAuthentication } from './credentials.js';
import type { AccountParts } from './parts.js';
import { sessionView, type SessionView } from './sessions.js';
import { tokenViews, type TokenView } from './tokens.js';

/** Stored data of a user, without tasks and without secrets or their hashes. */
export interface AccountExport {
  readonly account: { readonly id: string; readonly username: string; readonly createdOn: Date };
  readonly sessions: readonly SessionView[];
  readonly devices: readonly { readonly expiresOn: Date }[];
  readonly tokens: readonly TokenView[];
  /** Its own lists, deleted ones included, and those that others share with it. */
  readonly lists: readonly ListView[];
}

type ExportParts = Pick<
  AccountParts,
  'accounts' | 'sessions' | 'devices' | 'tokens' | 'lists' | 'secrets' | 'audit' | 'now'
>;

/** Collects the stored data of the user; `ended` is called once it was sent, completely or in part. */
export class ExportAccount {
  readonly #parts: ExportParts;

  constructor(parts: ExportParts) {
    this.#parts = parts;
  }

  /** @throws AccountError RECENT_AUTHENTICATION_REQUIRED, UNAUTHENTICATED, STORE_UNAVAILABLE */
  async execute({ principal }: Pick<PasswordProof, 'principal'>): Promise<AccountExport> {
    const { accounts, sessions, devices, tokens, now } = this.#parts;
    requireRecentAuthentication(principal, now());
    const { id, username, createdOn } = await currentAccount({ accounts, sessions }, principal);
    const [sessionsThere, devicesThere, tokensThere, listsThere] = await Promise.all([
      sessions.listByAccount(id),
      devices.listByAccount(id),
      tokens.listByAccount(id),
      new ListAccess(this.#parts).listsOf(id),
    ]);
    return {
      account: { id, username, createdOn },
      sessions: sessionsThere.map((session) => sessionView(session, principal)),
      devices: devicesThere.map(({ expiresOn }) => ({ expiresOn })),
      tokens: tokensThere.map(tokenViews(this.#parts)),
      lists: listsThere.map((list) => viewOf(list, id)),
    };
  }

  /** Records the export. A client that stops early has received data, so it counts as well. */
  ended({ principal: { accountId }, address }: Pick<PasswordProof, 'principal' | 'address'>): void {
    this.#parts.audit.record({ type: 'account-exported', accountId, address });
  }
}

/** Stores the time zone of the user. */
export class SetTimeZone {
  readonly #parts: Pick<AccountParts, 'accounts' | 'sessions'>;

  constructor(parts: Pick<AccountParts, 'accounts' | 'sessions'>) {
    this.#parts = parts;
  }

  /** @throws AccountError UNAUTHENTICATED, STORE_UNAVAILABLE */
  async execute(principal: SessionPrincipal, timeZone: string): Promise<void> {
    if (principal.timeZone !== timeZone) await changeAccount(this.#parts, principal, {}, { timeZone });
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
