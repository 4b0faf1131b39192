/**
 * Greedy up to the last `@`: better to hide a host name than to show half of a password that contains an `@`. A `file:`
 * URL has no credentials, and `@` is common in its path.
 */
const CREDENTIALS = /(?<!\bfile)(:\/\/)[^\s/]\S*@/gi;

/** Removes credentials between `//` and `@` from URLs in a text: drivers put connection strings into their messages. */
export function withoutCredentials(text: string): string {
  return text.replace(CREDENTIALS, '$1***@');
}

/**
 * Returns the message of the innermost error, the most specific one: `connect ECONNREFUSED 10.0.0.5:27017`. The cause of
 * an error of MongoDB's driver may be an object that says nothing.
 */
export function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error || typeof cause === 'string' ? rootMessage(cause) : error.message;
}
