import { AccountError, type InputProblem } from './account.errors.js';
import { expiryProblem } from './expiry.js';

export type Scope = 'tasks:read' | 'tasks:write';

export const SCOPES: readonly Scope[] = ['tasks:read', 'tasks:write'];

/** The lists that a token reaches, by their ids: these, or all of the account, also future ones. */
export type ListReach = 'all' | readonly string[];

/** Maximum length of a token's name, in UTF-16 units. */
const TOKEN_NAME_MAX_LENGTH = 100;

/** Access for a program. The token itself is never stored. */
export interface AccessToken {
  /** SHA-256 of the token, hexadecimal. */
  readonly digest: string;
  /** Public id, by which the user revokes it. */
  readonly id: string;
  readonly accountId: string;
  /** The account's version when the token was created. */
  readonly tokenVersion: number;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Undefined: the account's first list alone. */
  readonly lists?: ListReach | undefined;
  readonly createdOn: Date;
  readonly expiresOn: Date;
  /** The last four characters, by which the user recognizes it. */
  readonly lastFour: string;
  /** Written at most every five minutes; undefined until first used. */
  readonly lastUsedOn: Date | undefined;
}

/** The user's settings of a new token. */
export interface TokenRequest {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Undefined: the account's first list alone. */
  readonly lists?: ListReach | undefined;
  readonly expiresOn: Date;
}

/** @throws AccountError INVALID_INPUT, naming every invalid field. */
export function checkTokenRequest({ name, scopes, expiresOn }: TokenRequest, now: Date): void {
  const problems: InputProblem[] = [];
  if (name.trim() === '') problems.push({ field: 'name', rule: 'empty' });
  if (name.length > TOKEN_NAME_MAX_LENGTH) {
    problems.push({ field: 'name', rule: 'too-long', limit: TOKEN_NAME_MAX_LENGTH });
  }
  if (!name.isWellFormed()) problems.push({ field: 'name', rule: 'characters' });
  if (scopes.length === 0) problems.push({ field: 'scopes', rule: 'empty' });
  const expiry = expiryProblem(expiresOn, now);
  if (expiry) problems.push(expiry);
  if (problems.length > 0) throw AccountError.invalidInput(problems);
}
