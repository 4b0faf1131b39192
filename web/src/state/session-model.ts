import { signal, type ReadonlySignal } from '@preact/signals-core';
import type { Account } from '../api/account-api.js';
import type { ApiError } from '../api/api-error.js';

/** State of the session. `expired`: the page still shows this account, but the server has no session. */
export type Session =
  | { readonly state: 'checking' }
  | { readonly state: 'failed'; readonly error: ApiError }
  | { readonly state: 'signed-out' }
  | { readonly state: 'active'; readonly account: Account }
  | { readonly state: 'expired'; readonly account: Account };

/**
 * The session of this page.
 *
 * ```
 * checking ──found──▶ active ──401──▶ expired ──log-in──▶ active
 *          ──none───▶ signed-out ──log-in, sign-up──▶ active ──log-out──▶ signed-out
 *          ──error──▶ failed ──retry──▶ checking
 * ```
 */
export class SessionModel {
  readonly #session = signal<Session>({ state: 'checking' });

  get session(): ReadonlySignal<Session> {
    return this.#session;
  }

  /** The account that the page shows. */
  get account(): Account | undefined {
    const session = this.#session.value;
    return session.state === 'active' || session.state === 'expired' ? session.account : undefined;
  }

  set(session: Session): void {
    this.#session.value = session;
  }
}
