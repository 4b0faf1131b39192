import type { LanguageCode } from '../i18n/language.js';
import { calendarDay } from './grammar.js';
import type { QuickAddDetails } from './quick-add.js';

/** A task that was pasted. */
export interface PastedTask extends Omit<QuickAddDetails, 'list'> {
  readonly name: string;
  readonly done: boolean;
  readonly note?: string;
}

interface PasteOptions {
  /** What was typed before and after the paste: it begins the first task and ends the last. */
  readonly before: string;
  readonly after: string;
  readonly language: LanguageCode;
  /** The reader's wall clock. */
  readonly now: string;
}

/** What was pasted. */
export interface Paste {
  readonly tasks: readonly PastedTask[];
  /** All of it, for one task, without what was typed. */
  readonly asOne: string;
}

/** Longer pastes are lists from elsewhere; reading each line for dates would take seconds. */
const MOST_READ = 200;

/** The mark of a list item with its box, as in Markdown and in what other programs copy. */
const MARK =
  /^(?:(?:[-*+•◦▪‣–]|\d{1,9}[.)])\s+)?(?:\[(?<box>[ xX]?)\]\s+|(?<sign>[☐☑☒✅✓✔])\s*)|^(?:[-*+•◦▪‣–]|\d{1,9}[.)])\s+/u;
const RULER = /^([-*_=])\1{2,}$/;
const INDENT = /^(?: {2,}|\t)/;
/** The date of a task in todo.txt, or in notes of Obsidian. */
const DUE =
  /\s*(?:\bdue:|📅\s*)(?<dueOn>\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3]):[0-5]\d)?)(?=\s|$)/u;

interface Line {
  readonly text: string;
  readonly isMarked: boolean;
  readonly done: boolean;
}

/**
 * Returns the tasks of pasted lines: `- [x] milk`, `* milk`, `1. milk` or `milk`. What is indented below a task becomes its
 * note: items of a list as steps, other lines as text.
 */
export function tasksOfPaste(text: string): PastedTask[] {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '' && !RULER.test(line.trim()));
  // A part of an indented list is copied with its indentation.
  const margin = lines.reduce((least, line) => Math.min(least, line.length - line.trimStart().length), Infinity);
  const tasks: { task: PastedTask; isMarked: boolean; note: string[] }[] = [];
  for (const line of lines.map((one) => one.slice(margin))) {
    const read = readLine(line.trim());
    if (read.text === '') continue;
    const above = tasks.at(-1);
    if (above !== undefined && INDENT.test(line)) {
      const isStep = read.isMarked || !above.isMarked;
      above.note.push(isStep ? `- [${read.done ? 'x' : ' '}] ${read.text}` : read.text);
    } else tasks.push({ task: toTask(read), isMarked: read.isMarked, note: [] });
  }
  return tasks.map(({ task, note }) => (note.length === 0 ? task : { ...task, note: note.join('\n') }));
}

/** Returns the tasks of pasted lines, whose dates and repeats are understood as those of a typed task. */
export async function readPaste(text: string, { before, after, language, now }: PasteOptions): Promise<Paste> {
  const tasks = tasksOfPaste(text);
  const last = tasks.length - 1;
  const whole = tasks.map((task, place) => ({
    ...task,
    name: (place === 0 ? before : '') + task.name + (place === last ? after : ''),
  }));
  const asOne = tasks.map(({ name }) => name).join(' ');
  if (whole.length > MOST_READ) return { tasks: whole, asOne };
  try {
    const { parseQuickAdd } = language === 'de' ? await import('./quick-add-de.js') : await import('./quick-add-en.js');
    const dated = whole.map((task) => {
      if (task.done || task.dueOn !== undefined) return task;
      const { name, details } = parseQuickAdd(task.name, { now, lists: [] });
      return { ...task, ...details, name };
    });
    return { tasks: dated, asOne };
  } catch {
    // Offline, for instance: the lines stay as they are.
    return { tasks: whole, asOne };
  }
}

function readLine(line: string): Line {
  const mark = MARK.exec(line);
  const { box = ' ', sign } = mark?.groups ?? {};
  return {
    text: line.slice(mark?.[0].length ?? 0).trim(),
    isMarked: mark !== null,
    done: /x/i.test(box) || (sign !== undefined && sign !== '☐'),
  };
}

function toTask({ text, done }: Line): PastedTask {
  const written = DUE.exec(text)?.groups?.['dueOn'];
  // What no calendar has stays in the name.
  const dueOn = written !== undefined && calendarDay(written.slice(0, 10)) !== undefined ? written : undefined;
  const name = dueOn === undefined ? text : text.replace(DUE, '').trim();
  return dueOn === undefined || name === '' ? { name: text, done } : { name, done, dueOn };
}
