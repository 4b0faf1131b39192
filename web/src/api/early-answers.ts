import { fetchApi } from './fetch-api.js';

/** An answer that was asked for before the script of the page had arrived. */
interface EarlyAnswer {
  /** Account that the request named; undefined: none, to find out whose session it is. */
  readonly account: string | undefined;
  readonly response: Promise<Response>;
  readonly controller: AbortController;
}

/** By the paths of their requests. */
const answers = new Map<string, EarlyAnswer>();

/** Account that this browser knew when they were asked for; null: none. */
let knownThen: string | null = null;

/**
 * Asks for the session, and for what an account needs first: at once if this browser knows the account, else as soon as
 * the session is known. Each request names its account, as all others do.
 *
 * @param paths What to ask for in the name of the account.
 */
export function askEarly(paths: readonly string[], account: string | null): void {
  knownThen = account;
  const askFor = (id: string): void => {
    for (const path of paths) keep(path, id, (signal) => ask(path, signal, { 'Tasks-Account': id }));
  };
  keep('/session', undefined, async (signal) => {
    const response = await ask('/session', signal);
    if (account === null && response.ok) {
      const session = (await response.clone().json()) as { readonly account: { readonly id: string } };
      askFor(session.account.id);
    }
    return response;
  });
  if (account !== null) askFor(account);
}

/** Returns the early answer to a request in the name of that account, once. */
export function takeEarly(path: string, account: string | undefined): EarlyAnswer | undefined {
  const early = answers.get(path);
  if (early?.account !== account) return undefined;
  answers.delete(path);
  return early;
}

/** Forgets the answers if another tab has logged in or out since they were asked for. @param account Known to this browser now. */
export function forgetEarlyUnless(account: string | null): void {
  if (account !== knownThen) forgetEarly();
}

/** Forgets the answers that nobody took: later requests want newer ones. */
export function forgetEarly(): void {
  for (const { controller } of answers.values()) controller.abort();
  answers.clear();
}

function keep(path: string, account: string | undefined, send: (signal: AbortSignal) => Promise<Response>): void {
  const controller = new AbortController();
  const response = send(controller.signal);
  // The request that takes it handles the failure.
  response.catch(() => undefined);
  answers.set(path, { account, response, controller });
}

async function ask(path: string, signal: AbortSignal, headers: Record<string, string> = {}): Promise<Response> {
  return fetchApi(path, { headers: { Accept: 'application/json', ...headers }, signal });
}
