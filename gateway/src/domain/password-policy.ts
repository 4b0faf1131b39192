import type { InputProblem, InputRule } from './account.errors.js';
import { canonicalUsername } from './username.js';

/** Maximum length of a password, in bytes of UTF-8. */
export const PASSWORD_MAX_BYTES = 1_024;

/** Parameters for checking a new password. */
interface PasswordRules {
  /** Minimum length, in characters. */
  readonly minLength: number;
  /** Common passwords, in lower case. */
  readonly commonPasswords: ReadonlySet<string>;
}

/**
 * Returns the form of the password that is hashed, NFKC, so that different keyboards' encodings of a character are
 * equal.
 */
export function hashedForm(password: string): string {
  return password.normalize('NFKC');
}

/** Whether the password is impossible for every account: too long, or not well-formed. */
export function isImpossiblePassword(password: string): boolean {
  return !password.isWellFormed() || utf8Length(hashedForm(password)) > PASSWORD_MAX_BYTES;
}

/** Returns the rule that a new password breaks, if any: first its length, then whether it is easily guessed. */
export function passwordProblem(
  password: string,
  username: string,
  field: 'password' | 'newPassword',
  { minLength, commonPasswords }: PasswordRules,
): InputProblem | undefined {
  if (!password.isWellFormed()) return { field, rule: 'characters' };
  const form = hashedForm(password);
  if (Array.from(form).length < minLength) return { field, rule: 'too-short', limit: minLength };
  if (utf8Length(form) > PASSWORD_MAX_BYTES) return { field, rule: 'too-long', limit: PASSWORD_MAX_BYTES };
  const rule = new Guess(canonicalUsername(username), commonPasswords).of(form.toLowerCase());
  return rule && { field, rule };
}

/** The name of this service, which makes a password weak. */
const SERVICE_NAME = 'tasks';
/** Minimum length of a password without the username and the name of the service. */
const MIN_REST_LENGTH = 8;
/** Shorter parts are too common to be recognized. */
const MIN_PART_LENGTH = 3;
/**
 * Maximum length of a part. No word is longer; passwords of two longer parts are not checked, which bounds the time.
 */
const MAX_PART_LENGTH = 64;

/** Neighbours in the alphabet, in counting and on keyboards; each sequence is cyclic. */
const ORDERS = ['abcdefghijklmnopqrstuvwxyz', '0123456789', 'qwertyuiopasdfghjklzxcvbnm', 'qwertzuiopasdfghjklyxcvbnm'];

/** Simulates an attacker who knows the username and common passwords. */
class Guess {
  readonly #names: readonly string[];
  readonly #commonPasswords: ReadonlySet<string>;

  constructor(username: string, commonPasswords: ReadonlySet<string>) {
    // The part of an e-mail address before the @ as well.
    this.#names = [username, username.split('@', 1)[0] ?? ''].filter(({ length }) => length >= MIN_PART_LENGTH);
    this.#commonPasswords = commonPasswords;
  }

  /** Why the password would be guessed; undefined if it would not. */
  of(password: string): InputRule | undefined {
    return this.#ofParts(password) ?? this.#ofRest(password);
  }

  /**
   * A password made of one or two guessable parts: `password` and `1234567`. A rest of one or two characters is
   * ignored.
   */
  #ofParts(password: string): InputRule | undefined {
    const whole = this.#part(password);
    if (whole || password.length > 2 * MAX_PART_LENGTH) return whole;
    for (let cut = 1; cut < password.length; cut++) {
      const isSecondShort = password.length - cut < MIN_PART_LENGTH;
      const first = cut < MIN_PART_LENGTH ? undefined : this.#part(withoutSeparator(password.slice(0, cut)));
      if (first && isSecondShort) return first;
      // Skips the second part if the first one is not guessable.
      if (isSecondShort || (!first && cut >= MIN_PART_LENGTH)) continue;
      const second = this.#part(withoutSeparator(password.slice(cut)));
      if (second && cut < MIN_PART_LENGTH) return second;
      // The word is a better explanation than the digits after it.
      if (first && second) return first === 'sequence' || first === 'repeated' ? second : first;
    }
    return undefined;
  }

  #part(part: string): InputRule | undefined {
    if (this.#names.includes(part)) return 'contains-username';
    if (part === SERVICE_NAME) return 'contains-service-name';
    if (isSequence(part)) return 'sequence';
    const repeated = part.length >= MIN_PART_LENGTH ? repetition(part) : undefined;
    return repeated ?? (this.#commonPasswords.has(part) ? 'common-password' : undefined);
  }

  /** A password that is little more than the username or the service's name. */
  #ofRest(password: string): InputRule | undefined {
    if (this.#names.some((name) => isNearly(password, name))) return 'contains-username';
    return isNearly(password, SERVICE_NAME) ? 'contains-service-name' : undefined;
  }
}

function isNearly(password: string, name: string): boolean {
  return password.includes(name) && password.replaceAll(name, '').length < MIN_REST_LENGTH;
}

/** Whether the whole text is a repetition. */
function repetition(text: string): InputRule | undefined {
  // A text found inside its double before the end is a repetition.
  const period = (text + text).indexOf(text, 1);
  if (period * 2 === text.length && period > 1) return 'doubled';
  if (period < text.length) return 'repeated';
  const half = (text.length - 1) / 2;
  const isTwice = half > 1 && text.slice(0, half) === text.slice(half + 1) && SEPARATOR.test(text.charAt(half));
  return isTwice ? 'doubled' : undefined;
}

function isSequence(text: string): boolean {
  return text.length >= MIN_PART_LENGTH && ORDERS.some((order) => isRun(text, order, 1) || isRun(text, order, -1));
}

function isRun(text: string, order: string, step: 1 | -1): boolean {
  const start = order.indexOf(text.charAt(0));
  if (start < 0) return false;
  for (let at = 1; at < text.length; at++) {
    const place = (start + at * step) % order.length;
    if (order.at(place) !== text.charAt(at)) return false;
  }
  return true;
}

const SEPARATOR = /[\s._\-+@!?*#]/u;

function withoutSeparator(part: string): string {
  const start = SEPARATOR.test(part.charAt(0)) ? 1 : 0;
  const end = SEPARATOR.test(part.charAt(part.length - 1)) ? part.length - 1 : part.length;
  return part.slice(start, end);
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
