import { describeNumbers, parseInteger, type WholeNumbers } from '@tasks/service';
import type { Figure } from './report.js';

/** A load on the services with what goes wrong meanwhile. */
export interface Scenario {
  /** One line. */
  readonly about: string;
  /** Options with what they mean, what happens, and the bounds that decide. */
  readonly help: string;
  /** Options by their names, with their defaults; undefined where the default depends on others. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** Runs until the end, or until the signal aborts, and judges what was done. */
  run(values: OptionValues, signal: AbortSignal): Promise<Figure[]>;
}

export class OptionValues {
  readonly #values: Readonly<Record<string, string | boolean | undefined>>;

  constructor(values: Readonly<Record<string, string | boolean | undefined>>) {
    this.#values = values;
  }

  text(option: string): string {
    return String(this.#values[option]);
  }

  isSet(option: string): boolean {
    return this.#values[option] === true;
  }

  /** @throws RangeError with the allowed range. */
  number(option: string, allowed: WholeNumbers, preset?: number): number {
    const value = this.#values[option] ?? preset;
    const number = parseInteger(String(value), allowed);
    if (number === undefined)
      throw new RangeError(`--${option} is ${String(value)}, it must be ${describeNumbers(allowed)}`);
    return number;
  }
}
