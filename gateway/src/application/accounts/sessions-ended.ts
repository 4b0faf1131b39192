/** Notifies whatever outlives a request, such as event streams, that sessions or tokens of an account have ended. */
export abstract class SessionsEnded {
  /** Called after the end was stored. Must not throw. */
  abstract notify(accountId: string): void;

  /** Called after another process, an operator's command, has changed accounts: sessions of any may have ended. */
  abstract notifyAll(): void;
}
