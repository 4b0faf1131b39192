/** Variables by name, as in `process.env`. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The environment has bad variables; the message lists each with its value and the allowed values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  /** @param problems one sentence for each bad variable. */
  constructor(readonly problems: readonly string[]) {
    super(`Bad configuration:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/** The allowed range of an integer variable. */
export interface WholeNumbers {
  readonly min: number;
  readonly max: number;
}

/** Ports to listen on; 0 is any free one. */
export const LISTENING_PORTS: WholeNumbers = { min: 0, max: 65_535 };

/** A listening address. */
export interface ListenerConfig {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
}

/**
 * Reads variables one by one and collects errors, so that all bad ones are reported at once. An empty variable counts
 * as unset: compose files and shells pass on empty ones for unset variables.
 */
export class Environment {
  readonly #problems: string[] = [];
  readonly #asked = new Set<string>();

  readonly #variables: Variables;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  /** Returns the value without surrounding blanks; undefined when unset or empty. */
  text(name: string): string | undefined {
    this.#asked.add(name);
    return this.#variables[name]?.trim() || undefined;
  }

  /** Returns the first of these variables that is set, with its name. */
  first(names: readonly string[]): { readonly name: string; readonly value: string } | undefined {
    for (const name of names) {
      const value = this.text(name);
      if (value !== undefined) return { name, value };
    }
    return undefined;
  }

  /** Returns the value as one of `choices`. */
  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.text(name);
    const found = choices.find((choice) => choice === value);
    if (value !== undefined && found === undefined) this.reject(name, value, `one of ${choices.join(', ')}`);
    return found;
  }

  /** Returns the value as an integer. */
  integer(name: string, allowed: WholeNumbers): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = parseInteger(value, allowed);
    if (number === undefined) this.reject(name, value, describeNumbers(allowed));
    return number;
  }

  /** Returns the value as an integer, `byDefault` when unset, undefined for `off`. */
  integerOrOff(name: string, allowed: WholeNumbers, byDefault: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return byDefault;
    if (value === 'off') return undefined;
    const number = parseInteger(value, allowed);
    if (number === undefined) this.reject(name, value, `${describeNumbers(allowed)}, or off`);
    return number;
  }

  /** Reports a bad variable. @param allowed what it may be, to follow `must be`. */
  reject(name: string, value: string, allowed: string): void {
    this.report(`${name} is ${JSON.stringify(value)}, it must be ${allowed}`);
  }

  /** Adds a problem as a sentence. */
  report(problem: string): void {
    this.#problems.push(problem);
  }

  /** The names of all variables read so far. */
  get asked(): ReadonlySet<string> {
    return this.#asked;
  }

  /** @throws ConfigError when any variable was bad. */
  assertGood(): void {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems);
  }
}

/**
 * Returns the value of a command's option. An empty one is an error: like an empty variable it would choose the default, and
 * the command would work on something else than the operator means.
 *
 * @throws ConfigError
 */
export function optionText(option: string, text: string): string {
  if (text.trim() !== '') return text;
  throw new ConfigError([`${option} is empty: give it a value, or leave it out for the one of the environment`]);
}

/** Describes a range in words. */
export function describeNumbers({ min, max }: WholeNumbers): string {
  return `a whole number from ${String(min)} to ${String(max)}`;
}

/** Parses decimal digits; undefined for anything else, or out of range. */
export function parseInteger(text: string, { min, max }: WholeNumbers): number | undefined {
  const number = Number(text);
  return /^\d{1,15}$/.test(text) && number >= min && number <= max ? number : undefined;
}
