import type { InputProblem } from './account.errors.js';

/** Minimum and maximum length of a username, in characters. */
const USERNAME_LENGTHS = { min: 3, max: 64 } as const;

/** Letters (with their marks), digits and `._-@+`, so that an e-mail address is a username. */
const USERNAME_PATTERN = /^(?:\p{L}\p{M}*|\p{Nd}|[._\-@+])+$/u;

/** Returns the form of the username for display: Unicode's NFKC, without the blanks around that keyboards of phones add. */
export function shownUsername(typed: string): string {
  return typed.normalize('NFKC').trim();
}

/**
 * Returns the form of a username for comparisons: as shown, without case. Lower case, then upper case, since `ẞ` becomes
 * `ß` only by the first and `ß` becomes `SS` only by the second; the same for the two forms of the Greek sigma.
 */
export function canonicalUsername(typed: string): string {
  return shownUsername(typed).toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
}

/**
 * Returns the forms under which an account may be stored: names with `ẞ` were once stored with `ß`. The most likely one
 * is last.
 */
export function storedUsernames(typed: string): readonly string[] {
  const former = shownUsername(typed).toUpperCase().toLowerCase().normalize('NFKC');
  const canonical = canonicalUsername(typed);
  return former === canonical ? [canonical] : [former, canonical];
}

/** Returns the rule that the username breaks, if any. */
export function usernameProblem(typed: string): InputProblem | undefined {
  const field = 'username';
  const { min, max } = USERNAME_LENGTHS;
  // Both forms must be within the limits: they may differ in length.
  const lengths = [shownUsername(typed), canonicalUsername(typed)].map((form) => Array.from(form).length);
  if (Math.min(...lengths) < min) return { field, rule: 'too-short', limit: min };
  if (Math.max(...lengths) > max) return { field, rule: 'too-long', limit: max };
  if (!USERNAME_PATTERN.test(shownUsername(typed))) return { field, rule: 'characters' };
  return undefined;
}
