import { DeleteAccount } from '../../src/application/accounts/account-data.js';
import type { AccountStore } from '../../src/application/accounts/account-ports.js';
import { ChangePassword } from '../../src/application/accounts/change-credentials.js';
import { DEFAULT_THROTTLE_LIMITS } from '../../src/application/accounts/log-in-throttle.js';
import { Housekeeping } from '../../src/application/accounts/housekeeping.js';
import { MINUTE, ORIGIN, PASSWORD, TestAccounts } from '../support/accounts.js';

const NEW_PASSWORD = 'another purple tractor sings';
const UNLIMITED = {
  ...DEFAULT_THROTTLE_LIMITS,
  perNetwork: { ...DEFAULT_THROTTLE_LIMITS.perNetwork, freeFailures: Infinity },
  global: { ...DEFAULT_THROTTLE_LIMITS.global, maxFailures: Infinity },
};
const NO_TASKS = { removeAll: () => Promise.resolve(0) };

export function nameOf(lane: number, round: number): string {
  return `lane-${String(lane)}-${String(round)}`;
}

/**
 * Runs the lifecycle of an account: 1 sign-up, 2 another password, 3 deletion, 4 removal. `onStep` is called once a
 * step is acknowledged.
 */
export async function live(
  store: AccountStore,
  username: string,
  onStep: (step: number, sessionToken: string) => void,
): Promise<void> {
  const accounts = new TestAccounts({ store });
  const { sessionToken } = await accounts.signUp(username);
  onStep(1, sessionToken);
  const changed = await new ChangePassword(accounts.parts).execute({
    principal: await accounts.principal(sessionToken),
    currentPassword: PASSWORD,
    newPassword: NEW_PASSWORD,
    endTokens: true,
    address: ORIGIN.address,
  });
  onStep(2, changed.sessionToken);
  const principal = await accounts.principal(changed.sessionToken);
  await new DeleteAccount(accounts.parts).execute({ principal, password: NEW_PASSWORD, address: ORIGIN.address });
  onStep(3, '');
  accounts.pass(MINUTE);
  await new Housekeeping(accounts.parts, NO_TASKS).execute();
  onStep(4, '');
}

/**
 * Returns the last step of an account as visible to its user, by which passwords and session tokens work; or an error.
 */
export async function stepOf(
  store: AccountStore,
  username: string,
  sessionTokens: readonly string[],
): Promise<number | string> {
  const accounts = new TestAccounts({ store, throttle: UNLIMITED });
  const account = await store.accounts.findByName(username);
  const passwords = [PASSWORD, NEW_PASSWORD].map((password) => works(accounts.logIn(username, password)));
  const [first, second] = await Promise.all(passwords);
  const tokens = await Promise.all(sessionTokens.map((token) => works(accounts.principal(token))));
  if (!account) return first || second || tokens.some(Boolean) ? 'works without an account' : 4;
  if (account.status === 'deleting') return first || second || tokens.some(Boolean) ? 'works while deleting' : 3;
  if (first === second) return `passwords: ${String(first)}, ${String(second)}`;
  // The session after the change may not have been stored; the one before it must be invalid.
  if (second) return tokens[0] ? 'the old session outlived its password' : 2;
  return sessionTokens.length > 0 && !tokens[0] ? 'the session is lost' : 1;
}

function works(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  );
}
