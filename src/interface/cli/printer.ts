import type { CopyReport } from '../../application/copy-tasks.js';
import type { BackupReport, SoundStore } from './maintenance.js';
import type { Edited, Healthcheck, Task, TaskCounts, TaskPage } from '@tasks/idl';
import { visibleJson, visibleText } from '@tasks/service';
import { taskDetails, taskTable } from './task-table.js';

/** Prints results. Every method returns whether all is well, for the exit code. */
export interface Printer {
  tasks(tasks: readonly Task[]): true;
  task(task: Task): true;
  edited(edited: Edited): true;
  page(page: TaskPage): true;
  counts(counts: TaskCounts): true;
  removed(taskId: string): true;
  cleared(count: number): true;
  health(health: Healthcheck): boolean;
  backup(report: BackupReport): true;
  verified(store: SoundStore): true;
  copied(report: CopyReport): boolean;
  /** Advice for people, beside the result. */
  hint(text: string): void;
}

/** Receives text, line ends included. */
export type Write = (text: string) => void;

interface JsonOptions {
  /** Whether the output is a terminal: text that it would interpret is then escaped. */
  readonly isTerminal: boolean;
  /** Whether lists are printed as one document for each task, instead of one for all. */
  readonly isByLine: boolean;
}

/** JSON for programs, each document on one line. */
export function jsonPrinter(write: Write, hint: Printer['hint'], { isTerminal, isByLine }: JsonOptions): Printer {
  const print = (value: unknown): true => {
    const json = JSON.stringify(value);
    write(`${isTerminal ? visibleJson(json) : json}\n`);
    return true;
  };
  const printAll = (values: readonly unknown[]): true => {
    for (const value of values) print(value);
    return true;
  };
  return {
    tasks: isByLine ? printAll : print,
    task: print,
    edited: print,
    page: isByLine
      ? ({ tasks = [], nextCursor }) => printAll(nextCursor === undefined ? tasks : [...tasks, { nextCursor }])
      : print,
    counts: ({ open, done }) => print({ open: Number(open), done: Number(done) }),
    removed: (taskId) => print({ removed: taskId }),
    cleared: (count) => print({ removed: count }),
    health: (health) => {
      print(health);
      return health.ok === true;
    },
    backup: print,
    verified: print,
    copied: (report) => {
      print(report);
      return isComplete(report);
    },
    hint,
  };
}

/** Text for people, on a terminal with that many columns. */
export function textPrinter(write: Write, hint: Printer['hint'], columns: number): Printer {
  const print = (text: string): true => {
    write(`${text}\n`);
    return true;
  };
  const table = (list: readonly Task[]): unknown => list.length > 0 && print(taskTable(list, columns));
  return {
    tasks: (list) => {
      table(list);
      return print(list.length === 0 ? 'No tasks' : taskCount(list.length));
    },
    task: (task) => print(taskDetails(task, columns)),
    edited: ({ task = {}, successor }) => {
      print(taskDetails(task, columns));
      return successor ? print(`\nFollowed by:\n${taskDetails(successor, columns)}`) : true;
    },
    page: ({ tasks: list = [], nextCursor }) => {
      table(list);
      const next = nextCursor === undefined ? 'this is the last page' : `next page: --after ${visibleText(nextCursor)}`;
      return print(`${taskCount(list.length)}; ${next}`);
    },
    counts: ({ open, done }) => print(`${number(Number(open))} open, ${number(Number(done))} done`),
    removed: (taskId) => print(`Removed ${taskId}`),
    cleared: (count) => print(`Removed ${taskCount(count)}`),
    health: ({ ok, message }) => {
      print(visibleText(message ?? ''));
      return ok === true;
    },
    backup: ({ file, tasks: count, bytes }) => print(`${taskCount(count)}, ${number(bytes)} bytes: ${file}`),
    verified: ({ tasks: count }) => print(`${number(count)} tasks are sound`),
    copied: (report) => {
      print(copySummary(report));
      return isComplete(report);
    },
    hint,
  };
}

function copySummary(report: CopyReport): string {
  const { added, same, replaced, kept, inSource, inTarget } = report;
  const advice = kept > 0 ? ' (--overwrite replaces them)' : '';
  const compared = isComplete(report) ? 'none is missing' : 'run the command again for the missing ones';
  return [
    `${number(added)} added, ${number(same)} unchanged`,
    `${number(replaced)} differed and were replaced, ${number(kept)} differed and were kept${advice}`,
    `Compared: ${number(inTarget)} of ${number(inSource)} tasks exist, ${compared}`,
  ].join('\n');
}

function isComplete({ inSource, inTarget }: CopyReport): boolean {
  return inSource === inTarget;
}

function taskCount(count: number): string {
  return count === 1 ? '1 task' : `${number(count)} tasks`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
