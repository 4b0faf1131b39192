import {
  type AccessToken,
  checkTokenRequest,
  type ListReach,
  SCOPES,
  type TokenRequest,
} from '../../domain/access-token.js';
import { AccountError } from '../../domain/account.errors.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import { currentAccount, digestsOf, requireRecentAuthentication } from './credentials.js';
import { ListAccess } from '../lists/list-access.js';
import type { AccountParts } from './parts.js';

/** Maximum number of valid tokens of an account. */
export const MAX_TOKENS = 50;

export type TokenView = Pick<
  AccessToken,
  'id' | 'name' | 'scopes' | 'createdOn' | 'expiresOn' | 'lastFour' | 'lastUsedOn'
> & {
  /** The ids of the lists that it reaches. */
  readonly lists: ListReach;
};

/** A new token, with its secret, which is shown once. */
export interface CreatedToken extends TokenView {
  readonly token: string;
}

interface NewToken extends TokenRequest {
  readonly principal: SessionPrincipal;
  readonly address: string;
}

type Parts = Pick<
  AccountParts,
  'accounts' | 'sessions' | 'tokens' | 'lists' | 'secrets' | 'audit' | 'sessionsEnded' | 'now'
>;

/** Lists the account's valid tokens, the newest first. */
export class ListTokens {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @throws AccountError UNAUTHENTICATED, STORE_UNAVAILABLE */
  async execute(principal: SessionPrincipal): Promise<readonly TokenView[]> {
    const view = tokenViews(this.#parts);
    return (await validTokens(this.#parts, principal)).map(view);
  }
}

/**
 * Creates a token for a program. Creations for one account are sequential, so that the limit holds. Another instance
 * may create one concurrently: an excess token is removed before its secret is returned.
 */
export class CreateToken {
  readonly #parts: Parts;
  readonly #access: ListAccess;
  /** The last pending creation of each account. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#access = new ListAccess(parts);
  }

  /** @throws AccountError RECENT_AUTHENTICATION_REQUIRED, INVALID_INPUT, TOO_MANY_TOKENS, UNAUTHENTICATED, STORE_UNAVAILABLE */
  execute(request: NewToken): Promise<CreatedToken> {
    const { accountId } = request.principal;
    const create = (): Promise<CreatedToken> => this.#create(request);
    // Continues after the previous one settled.
    const created = (this.#last.get(accountId) ?? Promise.resolve()).then(create, create);
    this.#last.set(accountId, created);
    return created.finally(() => {
      if (this.#last.get(accountId) === created) this.#last.delete(accountId);
    });
  }

  async #create({ principal, address, ...request }: NewToken): Promise<CreatedToken> {
    const { tokens, secrets, audit } = this.#parts;
    const createdOn = this.#parts.now();
    requireRecentAuthentication(principal, createdOn);
    checkTokenRequest(request, createdOn);
    await this.#checkLists(principal, request.lists);
    const account = await currentAccount(this.#parts, principal);
    if ((await validTokens(this.#parts, principal)).length >= MAX_TOKENS) throw new AccountError('TOO_MANY_TOKENS');
    const secret = secrets.newAccessToken();
    const token: AccessToken = {
      digest: secrets.digest(secret),
      id: secrets.newId(),
      accountId: account.id,
      tokenVersion: account.tokenVersion,
      name: request.name,
      scopes: SCOPES.filter((scope) => request.scopes.includes(scope)),
      lists: request.lists === undefined || request.lists === 'all' ? request.lists : [...new Set(request.lists)],
      createdOn,
      expiresOn: request.expiresOn,
      lastFour: secret.slice(-4),
      lastUsedOn: undefined,
    };
    await tokens.add(token);
    try {
      // Again: another instance may have created one, or the session may have ended.
      if ((await validTokens(this.#parts, principal)).length > MAX_TOKENS) throw new AccountError('TOO_MANY_TOKENS');
    } catch (error) {
      await tokens.remove([token.digest]);
      throw error;
    }
    audit.record({ type: 'token-created', accountId: account.id, address });
    return { ...tokenViews(this.#parts)(token), token: secret };
  }

  /** @throws AccountError INVALID_INPUT for a list that the account can't read. */
  async #checkLists(principal: SessionPrincipal, lists: ListReach | undefined): Promise<void> {
    if (lists === undefined || lists === 'all') return;
    const known = new Set((await this.#access.readable(principal)).map(({ id }) => id));
    if (!lists.every((id) => known.has(id))) throw AccountError.invalidInput([{ field: 'lists', rule: 'unknown' }]);
  }
}

export class RevokeToken {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * @param request `id`: the public id of the token.
   * @throws AccountError NOT_FOUND, UNAUTHENTICATED, STORE_UNAVAILABLE
   */
  async execute({
    principal,
    address,
    id,
  }: {
    readonly principal: SessionPrincipal;
    readonly address: string;
    readonly id: string;
  }): Promise<void> {
    const { tokens, audit, sessionsEnded } = this.#parts;
    const there = (await validTokens(this.#parts, principal)).filter((token) => token.id === id);
    if (there.length === 0) throw new AccountError('NOT_FOUND');
    await tokens.remove(digestsOf(there));
    sessionsEnded.notify(principal.accountId);
    audit.record({ type: 'token-revoked', accountId: principal.accountId, address });
  }
}

async function validTokens(
  { accounts, sessions, tokens, now }: Pick<Parts, 'accounts' | 'sessions' | 'tokens' | 'now'>,
  principal: SessionPrincipal,
): Promise<AccessToken[]> {
  const { id, tokenVersion } = await currentAccount({ accounts, sessions }, principal);
  const time = now();
  return (await tokens.listByAccount(id))
    .filter((token) => token.tokenVersion === tokenVersion && token.expiresOn > time)
    .toSorted((one, other) => other.createdOn.getTime() - one.createdOn.getTime());
}

/** Returns the function that shows a token to its user. */
export function tokenViews(parts: Pick<AccountParts, 'lists' | 'secrets' | 'now'>): (token: AccessToken) => TokenView {
  const access = new ListAccess(parts);
  return ({ id, name, scopes, accountId, lists, createdOn, expiresOn, lastFour, lastUsedOn }) => {
    const reached = lists ?? [access.firstListId(accountId)];
    return { id, name, scopes, lists: reached, createdOn, expiresOn, lastFour, lastUsedOn };
  };
}
