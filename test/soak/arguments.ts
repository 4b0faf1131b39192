import { describeNumbers, parseInteger, type WholeNumbers } from '@tasks/service';

/** Parses an integer option. @throws RangeError with the allowed range. */
export function wholeNumber(option: string, text: string, allowed: WholeNumbers): number {
  const number = parseInteger(text, allowed);
  if (number === undefined) throw new RangeError(`${option} is ${text}, it must be ${describeNumbers(allowed)}`);
  return number;
}
