import { isCalendarDay } from '../../domain/days.js';
import type { Task } from '../tasks/task-service.js';
import type { FileEntry } from './imported-task.js';

/** The mark of a list item, and its box. */
const MARK = /^(?:[-*+]|\d{1,9}[.)])\s+(?:\[(?<box>[ xX])\](?:\s+|$))?|^\[(?<bare>[ xX])\](?:\s+|$)/;
const HEADING = /^#{1,6}\s/;
const INDENT = /^(?: {2}|\t)/;
/** The date at the end of a task, as the export and todo.txt write it. */
const DUE = / due:(?<day>\d{4}-\d\d-\d\d)(?<time>T(?:[01]\d|2[0-3]):[0-5]\d)?$/;

/** Reads each line as a task: `- [x] milk`, `* milk`, `1. milk` or `milk`. */
export function* tasksOfLines(text: string): Generator<FileEntry> {
  for (const { line, content } of linesOf(text)) {
    yield content.trim() === '' ? undefined : taskOf(line, content.trim());
  }
}

/** As `tasksOfLines`; headings are no tasks, and what is indented below a task is its note. */
export function* tasksOfMarkdown(text: string): Generator<FileEntry> {
  let pending: { readonly line: number; readonly title: string; readonly note: string[] } | undefined;
  for (const { line, content } of linesOf(text)) {
    if (pending && (INDENT.test(content) || content.trim() === '')) {
      pending.note.push(content.replace(INDENT, ''));
      yield undefined;
      continue;
    }
    if (pending) yield taskOf(pending.line, pending.title, pending.note);
    pending = undefined;
    if (content.trim() === '' || HEADING.test(content)) yield undefined;
    else pending = { line, title: content.trim(), note: [] };
  }
  if (pending) yield taskOf(pending.line, pending.title, pending.note);
}

/** A task as Markdown: its date is at the end of its line, its note indented below. */
export function toMarkdown({ name, done, note, dueOn }: Task): string {
  const due = dueOn === undefined ? '' : ` due:${dueOn}`;
  const title = `- [${done ? 'x' : ' '}] ${name.replace(/[\r\n]+/g, ' ')}${due}`;
  const lines = note === undefined || note === '' ? [] : note.split(/\r\n|\r|\n/).map((line) => `  ${line}`.trimEnd());
  return [title, ...lines].join('\n');
}

function taskOf(line: number, title: string, noteLines: readonly string[] = []): FileEntry {
  const mark = MARK.exec(title);
  const text = title.slice(mark?.[0].length ?? 0);
  const due = DUE.exec(text);
  const { day = '', time = '' } = due?.groups ?? {};
  // What no calendar has stays in the name.
  const dueOn = isCalendarDay(day) ? day + time : undefined;
  const name = dueOn === undefined ? text : text.slice(0, due?.index).trimEnd();
  if (name === '') return { line, code: 'name-empty', reason: 'The name is empty' };
  const box = mark?.groups?.box ?? mark?.groups?.bare ?? ' ';
  const note = noteLines.join('\n').replace(/^\n+/, '').trimEnd();
  return {
    line,
    content: note === '' ? title : `${title}\n${note}`,
    task: { name, done: box !== ' ', note: note === '' ? undefined : note, dueOn },
  };
}

function* linesOf(text: string): Generator<{ readonly line: number; readonly content: string }> {
  let line = 0;
  for (const match of text.replace(/^\ufeff/, '').matchAll(/([^\r\n]*)(?:\r\n|\r|\n|$)/gy)) {
    if (match[0] === '') return;
    yield { line: ++line, content: match[1] ?? '' };
  }
}
