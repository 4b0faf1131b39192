/**
 * Every reason for rejecting a request about lists, beside those of the account store. Map it by
 * `Record<ListErrorCode, …>`, so that a new code does not compile until it is mapped everywhere.
 *
 * - `NOT_FOUND`: the account has no such list, or the token doesn't reach it.
 * - `ROLE_TOO_LOW`: the account is a member whose role does not include this.
 * - `NAME_OF_ANOTHER`: a member's name in the list is changed by that member alone.
 * - `READ_ONLY`: the list has no owner any more.
 * - `FIRST_LIST`: the first list of an account can't be deleted.
 * - `OWNER_STAYS`: the owner can't leave, nor have another role.
 * - `TOKEN_TOO_NARROW`: a token of chosen lists can't add one.
 * - `ID_TAKEN`: the id is that of another list.
 * - `TOO_MANY_LISTS`, `TOO_MANY_MEMBERS`, `TOO_MANY_INVITATIONS`: the limit is reached; nothing was done.
 * - `CHANGED_MEANWHILE`: concurrent requests keep changing the list; nothing was done.
 */
export type ListErrorCode =
  | 'NOT_FOUND'
  | 'ROLE_TOO_LOW'
  | 'NAME_OF_ANOTHER'
  | 'READ_ONLY'
  | 'FIRST_LIST'
  | 'OWNER_STAYS'
  | 'TOKEN_TOO_NARROW'
  | 'ID_TAKEN'
  | 'TOO_MANY_LISTS'
  | 'TOO_MANY_MEMBERS'
  | 'TOO_MANY_INVITATIONS'
  | 'CHANGED_MEANWHILE';

/** The only error that lists throw deliberately, beside AccountError of the store. */
export class ListError extends Error {
  override readonly name = 'ListError';

  constructor(readonly code: ListErrorCode) {
    super(code);
  }
}
