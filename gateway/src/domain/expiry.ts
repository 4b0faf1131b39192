import type { InputProblem } from './account.errors.js';
import { DAY_MS } from './days.js';

/** Maximum lifetime of tokens and invitations, in days. */
export const MAX_LIFETIME_DAYS = 366;

/** Returns the rule that the end of a new token or invitation breaks, if any. */
export function expiryProblem(expiresOn: Date, now: Date): InputProblem | undefined {
  const field = 'expiresAt';
  const lifeMs = expiresOn.getTime() - now.getTime();
  if (!(lifeMs > 0)) return { field, rule: 'in-the-past' };
  return lifeMs > MAX_LIFETIME_DAYS * DAY_MS ? { field, rule: 'too-late', limit: MAX_LIFETIME_DAYS } : undefined;
}
