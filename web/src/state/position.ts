/**
 * Sort keys of tasks and lists: texts of base 62, compared as texts. A task without a position is sorted by the key of its
 * creation, newest first; a position lies between the keys of its neighbours, so that a move writes one task.
 */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = DIGITS.length;
/** Digits of a time: enough for the year 8889. */
const TIME_WIDTH = 8;
const TIME_END = BASE ** TIME_WIDTH - 1;
/** Digits of a task id's counter, its last six hexadecimal digits. */
const COUNTER_WIDTH = 5;
const COUNTER_END = 0xff_ffff;
/** Random digits of a position, so that two devices that move to the same place make different ones. */
const RANDOM_WIDTH = 3;
/** Length from which the neighbours get new keys. The server allows 48. */
const LONGEST_KEY = 40;
/** Maximum number of tasks that get new keys at once. */
export const MOST_REKEYED = 50;

/** What is sorted: `key` first, and `id` among equal keys. */
interface Keyed {
  readonly id: string;
  readonly key: string;
}

/** Returns the sort key of a task without a position: newest first, and by id within a millisecond. */
export function creationKey(createdOn: string, id: string): string {
  return keyOfTime(Date.parse(createdOn), Number.parseInt(id.slice(-6), 16));
}

/** Returns a key before those of all tasks that exist at that time. */
export function keyOfNow(milliseconds: number): string {
  return keyOfTime(milliseconds, COUNTER_END);
}

function keyOfTime(milliseconds: number, counter: number): string {
  return toDigits(TIME_END - milliseconds, TIME_WIDTH) + toDigits(COUNTER_END - counter, COUNTER_WIDTH);
}

function toDigits(value: number, width: number): string {
  let digits = '';
  for (let rest = value; digits.length < width; rest = Math.floor(rest / BASE)) digits = digit(rest % BASE) + digits;
  return digits;
}

function digit(value: number): string {
  return DIGITS.charAt(value);
}

/**
 * Returns a key between two others, which ends with random digits. Unset: before or after all.
 *
 * @throws Error when nothing is between them: they are equal or in the wrong order.
 */
export function positionBetween(
  before: string | undefined,
  after: string | undefined,
  random: () => number = Math.random,
): string {
  const key = shortestBetween(before ?? '', after);
  if (key === undefined) throw new Error(`nothing lies between ${String(before)} and ${String(after)}`);
  let end = '';
  // No key ends with the lowest digit: nothing would be between it and the key without it.
  while (end.length < RANDOM_WIDTH - 1) end += digit(Math.floor(random() * BASE));
  return key + end + digit(1 + Math.floor(random() * (BASE - 1)));
}

/** The shortest key between two others that stays between them with any digits behind it. */
function shortestBetween(before: string, after: string | undefined): string | undefined {
  let key = '';
  let isBelow = after === undefined;
  for (let place = 0; place < Math.max(before.length, after?.length ?? 0) || isBelow; place++) {
    const low = Math.max(0, DIGITS.indexOf(before.charAt(place) || '0'));
    const high = isBelow ? BASE : DIGITS.indexOf(after?.charAt(place) || '0');
    if (high < low) return undefined;
    if (high - low > 1) return key + digit((low + high) >> 1);
    key += digit(low);
    isBelow ||= high > low;
  }
  return undefined;
}

/**
 * Returns the new positions that put a row between its neighbours: one, or more where there is no room.
 *
 * @param others The rows in order, without the moved one.
 * @param place Index among them that the row gets.
 * @param now Milliseconds since 1970: the first place is after that of tasks added later.
 */
export function positionsForMove(
  others: readonly Keyed[],
  id: string,
  place: number,
  now: number,
  random: () => number = Math.random,
): ReadonlyMap<string, string> {
  const above = others[place - 1]?.key ?? keyOfNow(now);
  const below = others[place]?.key;
  const first = below !== undefined && place === 0 && above >= below ? undefined : above;
  if (below === undefined || first === undefined || first < below) {
    const key = keyBetween(first, below, random);
    if (key !== undefined) return new Map([[id, key]]);
  }
  return rekeyed(others, id, place, random);
}

/** As `positionBetween`; undefined when nothing lies between them, or the key would be too long. */
export function keyBetween(
  before: string | undefined,
  after: string | undefined,
  random?: () => number,
): string | undefined {
  if (shortestBetween(before ?? '', after) === undefined) return undefined;
  const key = positionBetween(before, after, random);
  return key.length <= LONGEST_KEY ? key : undefined;
}

/** New keys for the row and as few of its neighbours as make room. */
function rekeyed(
  others: readonly Keyed[],
  id: string,
  place: number,
  random: () => number,
): ReadonlyMap<string, string> {
  for (let reach = 1; ; reach *= 2) {
    const isWidest = 2 * reach + 1 >= MOST_REKEYED;
    const wide = isWidest ? Math.floor((MOST_REKEYED - 1) / 2) : reach;
    const [start, end] = [Math.max(0, place - wide), Math.min(others.length, place + wide)];
    const ids = others.slice(start, end).map((one) => one.id);
    ids.splice(place - start, 0, id);
    const bounds = [others[start - 1]?.key, others[end]?.key] as const;
    const keys = spread(ids.length, ...bounds, random);
    const isShort = keys?.every((key) => key.length <= LONGEST_KEY) ?? false;
    if (keys && (isShort || isWidest)) return new Map(ids.map((one, at) => [one, keys[at] ?? '']));
    // More than fifty equal keys: as near as can be.
    if (isWidest) return new Map([[id, positionBetween(bounds[0], undefined, random)]]);
  }
}

/** Keys in ascending order between two others, evenly spread; undefined: there is no room. */
function spread(
  count: number,
  before: string | undefined,
  after: string | undefined,
  random: () => number,
): string[] | undefined {
  if (count === 0) return [];
  if (after !== undefined && (before ?? '') >= after) return undefined;
  if (shortestBetween(before ?? '', after) === undefined) return undefined;
  const middle = positionBetween(before, after, random);
  const half = count >> 1;
  const [lower, upper] = [spread(half, before, middle, random), spread(count - 1 - half, middle, after, random)];
  return lower && upper && [...lower, middle, ...upper];
}
