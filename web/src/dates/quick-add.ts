import { dayNumber, dateOf, timeOf, withTime } from './days.js';
import { firstDay, formatRule, type RepeatRule } from './repeat-rule.js';

/** What a part of the text for a new task means. */
export interface QuickAddChip {
  readonly kind: 'due' | 'repeat' | 'list' | 'star';
  /** The part as it was typed. */
  readonly text: string;
  /** Its beginning and end in the text. */
  readonly range: readonly [number, number];
  /** A date, a rule, the id of a list; empty for a star. */
  readonly value: string;
  /** Of a repeat: the date of the first task. */
  readonly dueOn?: string;
  /** Whether it can't well mean anything else. What is doubtful is offered, not applied. */
  readonly isCertain: boolean;
}

export interface QuickAddOptions {
  /** The reader's wall clock: `2026-12-01T10:00`. */
  readonly now: string;
  /** Lists that were chosen from the menu; only these are understood. */
  readonly lists: readonly { readonly id: string; readonly name: string }[];
  /** What the reader decided, by kind and text of a part, `due tomorrow`: true applies it, false leaves it as text. */
  readonly decisions?: ReadonlyMap<string, boolean>;
}

export interface QuickAddResult {
  /** The text without what is applied. */
  readonly name: string;
  /** In the order of the text; `isCertain` as decided. */
  readonly chips: readonly QuickAddChip[];
  /** What is applied, as fields of the task. */
  readonly details: QuickAddDetails;
}

/** Fields of a task. */
export interface QuickAddDetails {
  readonly dueOn?: string;
  readonly repeat?: string;
  readonly starred?: true;
  readonly list?: string;
}

/** A part of the text and what it means to the grammar of a language. */
export interface FoundDate {
  readonly index: number;
  readonly text: string;
  readonly dueOn: string;
  readonly isCertain: boolean;
}

export interface FoundRepeat {
  readonly index: number;
  readonly text: string;
  readonly rule: RepeatRule;
  readonly time?: string | undefined;
  readonly isCertain: boolean;
}

/** A text in which parts that are understood already are blanked. */
export interface Scan {
  readonly text: string;
  readonly now: string;
  /** Number of the day of `now`. */
  readonly today: number;
}

/** How a language says dates and repeats. */
export interface QuickAddGrammar {
  findRepeat(scan: Scan): FoundRepeat | undefined;
  /** Returns dates; the first certain one counts. */
  findDates(scan: Scan): readonly FoundDate[];
  /** Words before a date that belong to it: "by", "on". */
  readonly prepositions: RegExp;
  /** Words before the last date of a repeat: "until". */
  readonly until: RegExp;
}

/** Replaces the letters of parts that are understood already, and of addresses. */
const BLANK = '\ufffc';
const ADDRESS = /\b(?:https?:\/\/|www\.)\S+|\S+@\S+\.\S+/gi;
const STAR = /(^|\s)!(?=\s|$)/;

function keyOf({ kind, text }: QuickAddChip): string {
  return `${kind} ${text.toLowerCase()}`;
}

/** Returns the name and everything else that the text for a new task says. */
export function parseQuickAdd(text: string, grammar: QuickAddGrammar, options: QuickAddOptions): QuickAddResult {
  const { now, lists, decisions } = options;
  let rest = text.replace(ADDRESS, (address) => BLANK.repeat(address.length));
  const chips: QuickAddChip[] = [];
  const add = (chip: Omit<QuickAddChip, 'text'>): void => {
    const [start, end] = chip.range;
    chips.push({ ...chip, text: text.slice(start, end) });
    rest = blanked(rest, start, end);
  };

  for (const { id, name } of lists) {
    const range = rangeOfList(rest, name);
    if (range) add({ kind: 'list', range, value: id, isCertain: true });
  }
  const star = STAR.exec(rest);
  if (star) {
    const start = star.index + (star[1] ?? '').length;
    add({ kind: 'star', range: [start, start + 1], value: '', isCertain: true });
  }
  const scan = (): Scan => ({ text: rest, now, today: dayNumber(now) });
  let repeat = grammar.findRepeat(scan());
  const repeatEnd = repeat && repeat.index + repeat.text.length;
  const dates = grammar.findDates({ ...scan(), text: repeat ? blanked(rest, repeat.index, repeatEnd ?? 0) : rest });
  const due = dates.find(({ isCertain }) => isCertain) ?? dates[0];
  const dueRange = due && withPreposition(rest, due, grammar.prepositions);
  const isUntil =
    due !== undefined &&
    dueRange !== undefined &&
    repeatEnd !== undefined &&
    grammar.until.test(text.slice(dueRange[0], due.index)) &&
    text.slice(repeatEnd, dueRange[0]).trim() === '';
  if (repeat && due && isUntil) {
    const rule = { ...repeat.rule, until: due.dueOn.slice(0, 10) };
    repeat = { ...repeat, text: text.slice(repeat.index, due.index + due.text.length), rule };
  }
  if (repeat) add(chipOfRepeat(repeat, now));
  if (due && dueRange && !isUntil) {
    add({ kind: 'due', range: dueRange, value: due.dueOn, isCertain: due.isCertain });
  }

  const inOrder = chips.sort((one, other) => one.range[0] - other.range[0]);
  // A name is needed: a text that is nothing but a date is one.
  const doubted = nameWithout(text, inOrder) === '' ? inOrder.map((chip) => ({ ...chip, isCertain: false })) : inOrder;
  const decided = doubted.map((chip) => ({ ...chip, isCertain: decisions?.get(keyOf(chip)) ?? chip.isCertain }));
  const name = nameWithout(text, decided);
  return { name: name === '' ? text.trim() : name, chips: decided, details: detailsOf(decided) };
}

/** Returns the fields of a task that the certain parts set. */
function detailsOf(chips: readonly QuickAddChip[]): QuickAddDetails {
  const applied = chips.filter(({ isCertain }) => isCertain);
  const find = (kind: QuickAddChip['kind']): QuickAddChip | undefined => applied.find((chip) => chip.kind === kind);
  const [due, repeat, list] = [find('due'), find('repeat'), find('list')];
  const dueOn = due?.value ?? repeat?.dueOn;
  // The time of "every day at 9" is that of the date beside it.
  const time = repeat?.dueOn === undefined ? undefined : timeOf(repeat.dueOn);
  return {
    ...(dueOn !== undefined && { dueOn: timeOf(dueOn) === undefined ? withTime(dueOn, time) : dueOn }),
    ...(repeat && { repeat: repeat.value }),
    ...(find('star') && { starred: true }),
    ...(list && { list: list.value }),
  };
}

function chipOfRepeat({ index, text, rule, time, isCertain }: FoundRepeat, now: string): Omit<QuickAddChip, 'text'> {
  const isOver = time !== undefined && time <= (timeOf(now) ?? '');
  const dueOn = withTime(dateOf(firstDay(rule, dayNumber(now) + (isOver ? 1 : 0))), time);
  return { kind: 'repeat', range: [index, index + text.length], value: formatRule(rule), dueOn, isCertain };
}

function rangeOfList(text: string, name: string): [number, number] | undefined {
  const tag = `#${name}`.toLowerCase();
  for (let start = text.toLowerCase().indexOf(tag); start >= 0; start = text.toLowerCase().indexOf(tag, start + 1)) {
    const end = start + tag.length;
    if (/^$|\s$/.test(text.slice(0, start)) && /^$|^\s/.test(text.slice(end))) return [start, end];
  }
  return undefined;
}

function withPreposition(text: string, { index, text: date }: FoundDate, prepositions: RegExp): [number, number] {
  const before = prepositions.exec(text.slice(0, index))?.[0].trimStart() ?? '';
  return [index - before.length, index + date.length];
}

/** Returns the text with a part that is understood out of the way. */
export function blanked(text: string, start: number, end: number): string {
  return text.slice(0, start) + BLANK.repeat(end - start) + text.slice(end);
}

function nameWithout(text: string, chips: readonly QuickAddChip[]): string {
  let name = '';
  let end = 0;
  for (const { range, isCertain } of chips) {
    if (!isCertain) continue;
    name += text.slice(end, range[0]);
    end = range[1];
  }
  if (end === 0) return text.trim();
  return (name + text.slice(end))
    .replace(/\s+/g, ' ')
    .replace(/^[\s,;:]+| (?=[,.;:)](?:\s|$))/g, '')
    .trim();
}
