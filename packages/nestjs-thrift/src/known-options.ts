import { ThriftStartError } from './errors.js';

/** The names of all options of a kind: a new option doesn't compile until it is listed. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/**
 * Rejects misspelt options, which would be ignored otherwise.
 *
 * @param owner names the object in the message.
 * @throws ThriftStartError naming the unknown options, and the existing ones.
 */
export function requireKnownOptions<Options extends object>(
  owner: string,
  options: Options,
  known: OptionNames<Options>,
): void {
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(known, name));
  if (unknown.length === 0) return;
  throw new ThriftStartError(
    `${owner} has no option ${unknown.join(', no ')}; its options are ${Object.keys(known).join(', ')}`,
  );
}
