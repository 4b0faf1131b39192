import { describeNumbers, parseInteger, type WholeNumbers } from '@tasks/service';

/** An option's whole number. @throws RangeError that says what is allowed. */
export function wholeNumber(option: string, text: string, allowed: WholeNumbers): number {
  const number = parseInteger(text, allowed);
  if (number === undefined) throw new RangeError(`${option} is ${text}, it must be ${describeNumbers(allowed)}`);
  return number;
}
