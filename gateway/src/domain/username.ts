import type { InputProblem } from './account.errors.js';

/** Least and greatest length of a username, in characters. */
export const USERNAME_LENGTHS = { min: 3, max: 64 } as const;

/** Letters (with their marks), digits and `._-@+`, so that an e-mail address is a username. */
const USERNAME_PATTERN = /^(?:\p{L}\p{M}*|\p{Nd}|[._\-@+])+$/u;

/** The username in the form in which it is shown: Unicode's NFKC. */
export function shownUsername(typed: string): string {
  return typed.normalize('NFKC');
}

/**
 * The form in which usernames are compared: NFKC, without case. By lower case to upper case, since `ẞ` is `ß` only in the
 * first and `ß` is `SS` only in the second, as are the two forms of the Greek sigma the same.
 */
export function canonicalUsername(typed: string): string {
  return typed.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
}

/** The forms under which an account may be stored: names with `ẞ` were once stored with `ß`. The likeliest comes last. */
export function storedUsernames(typed: string): readonly string[] {
  const former = typed.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
  const canonical = canonicalUsername(typed);
  return former === canonical ? [canonical] : [former, canonical];
}

/** The rule that the username breaks, if any. */
export function usernameProblem(typed: string): InputProblem | undefined {
  const field = 'username';
  const { min, max } = USERNAME_LENGTHS;
  // Both forms have to fit: the shown one may be longer or shorter than the one compared.
  const lengths = [shownUsername(typed), canonicalUsername(typed)].map((form) => Array.from(form).length);
  if (Math.min(...lengths) < min) return { field, rule: 'too-short', limit: min };
  if (Math.max(...lengths) > max) return { field, rule: 'too-long', limit: max };
  if (!USERNAME_PATTERN.test(shownUsername(typed))) return { field, rule: 'characters' };
  return undefined;
}
