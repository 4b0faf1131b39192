/**
 * Why a store can't be used.
 *
 * - `IN_USE`: another process has the folder open.
 * - `UNUSABLE`: the folder belongs to another program or version, or can't be read or written.
 * - `DAMAGED`: a file is damaged or missing; the message names it.
 * - `GONE`: the folder, or a file that keeps its place, was removed, moved or replaced while it was open.
 * - `WRITE_FAILED`: a change was not stored, for instance because the disk is full; reads still work.
 * - `CONFLICT`: a constraint has rejected one change: a key is taken.
 * - `CLOSED`: the store was closed.
 */
export type EmbeddedStoreErrorCode =
  'IN_USE' | 'UNUSABLE' | 'DAMAGED' | 'GONE' | 'WRITE_FAILED' | 'CONFLICT' | 'CLOSED';

/** Every error of this package. The message says what is wrong, where, and what to do, in words for an operator. */
export class EmbeddedStoreError extends Error {
  override readonly name = 'EmbeddedStoreError';

  constructor(
    readonly code: EmbeddedStoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Returns the message of anything thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const RESTORE = 'stop the service, move the folder away and restore a backup';

/** An error about a damaged or missing file, with what is wrong for a message with other advice. */
export class DamagedFile extends EmbeddedStoreError {
  constructor(
    path: string,
    readonly what: string,
    { advice = RESTORE, ...options }: ErrorOptions & { readonly advice?: string | undefined } = {},
  ) {
    super('DAMAGED', `${path} ${what}: ${advice}`, options);
  }
}
