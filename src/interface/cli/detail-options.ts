import { randomBytes } from 'node:crypto';
import { AgendaView, PAGE_MAX_TASKS, type Task, type TaskEdit, type TasksClient } from '@tasks/idl';
import { InvalidArgumentError, type Command } from 'commander';
import { DAY_MS } from '../../domain/wall-clock.js';

/** Options for the fields of a task beside its name and state. */
export interface DetailFlags {
  readonly due?: string;
  readonly repeat?: string;
  readonly star?: boolean;
  readonly note?: string;
}

export interface AgendaFlags {
  /** A day. */
  readonly due?: string;
  readonly starred?: boolean;
}

const RULES: Readonly<Record<string, string>> = {
  daily: 'FREQ=DAILY',
  weekly: 'FREQ=WEEKLY',
  monthly: 'FREQ=MONTHLY',
  yearly: 'FREQ=YEARLY',
};

const DAY_PATTERN = /^\d{4}-\d{2}-\d{2}$/;
const DAY_LENGTH = '2026-12-01'.length;
const MINUTE_LENGTH = '2026-12-01T09:30'.length;
const MINUTE_MS = 60_000;

export function withDetails(command: Command): Command {
  return command
    .option('--due <date>', 'when it is due: today, tomorrow, 2026-12-01 or 2026-12-01T09:30', dueOption)
    .option('--repeat <rule>', 'daily, weekly, monthly, yearly, or a rule like FREQ=WEEKLY;BYDAY=MO,TH', repeatOption)
    .option('--star', 'give it a star')
    .option('--note <text>', 'a note');
}

/** Adds a task with details under an id of its own. */
export async function insertedTask(
  tasks: TasksClient,
  userId: string,
  name: string | undefined,
  { due, star, ...details }: DetailFlags,
): Promise<Task> {
  const seconds = Math.floor(Date.now() / 1_000)
    .toString(16)
    .padStart(8, '0');
  const id = seconds + randomBytes(8).toString('hex');
  const [inserted] = await tasks.insertAll({
    userId,
    tasks: [{ id, userId, name, dueOn: due, starred: star, ...details }],
  });
  if (inserted?.task) return inserted.task;
  throw new Error(`${String(inserted?.code)} ${inserted?.message ?? ''}`);
}

/** The edit of the command line, with the wall clock of this machine. */
export function editOf({ due, star, ...others }: DetailFlags & { name?: string; done?: boolean }): TaskEdit {
  return { ...others, dueOn: due, starred: star, now: localTime().slice(0, MINUTE_LENGTH) };
}

/** Open tasks of a user, to the end of a day, or with a star. */
export async function agendaTasks(tasks: TasksClient, userId: string, { due }: AgendaFlags): Promise<Task[]> {
  const filter = due === undefined ? { view: AgendaView.STARRED } : { view: AgendaView.DUE, dueBefore: nextDay(due) };
  const found: Task[] = [];
  let after: string | undefined;
  do {
    const page = await tasks.agenda({ userIds: [userId], filter, limit: PAGE_MAX_TASKS, after });
    found.push(...(page.tasks ?? []));
    after = page.nextCursor;
  } while (after !== undefined);
  return found;
}

/** A day as an option. */
export function dayOption(text: string): string {
  const day = dueOption(text);
  if (DAY_PATTERN.test(day) && !Number.isNaN(Date.parse(day))) return day;
  throw new InvalidArgumentError('Must be today, tomorrow or a day like 2026-12-01.');
}

function dueOption(text: string): string {
  if (text === 'today') return localTime().slice(0, DAY_LENGTH);
  if (text === 'tomorrow') return nextDay(localTime().slice(0, DAY_LENGTH));
  return text;
}

function repeatOption(text: string): string {
  return RULES[text] ?? text;
}

/** The wall clock of this machine, in the form of ISO 8601 without a zone. */
function localTime(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * MINUTE_MS).toISOString();
}

function nextDay(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, DAY_LENGTH);
}
