import type { CopyReport } from '../../application/copy-tasks.js';
import type { BackupReport, SoundStore } from './maintenance.js';
import type { Healthcheck, Task, TaskCounts, TaskPage } from '@tasks/idl';
import { taskTable } from './task-table.js';
import { visibleText } from './visible-text.js';

/** Prints results. Every method returns whether all is well, for the exit code. */
export interface Printer {
  tasks(tasks: readonly Task[]): true;
  task(task: Task): true;
  page(page: TaskPage): true;
  counts(counts: TaskCounts): true;
  removed(taskId: string): true;
  cleared(count: number): true;
  health(health: Healthcheck): boolean;
  backup(report: BackupReport): true;
  verified(store: SoundStore): true;
  copied(report: CopyReport): boolean;
}

/** Takes text, line ends included. */
export type Write = (text: string) => void;

/** For programs: one JSON document on one line. */
export function jsonPrinter(write: Write): Printer {
  const print = (value: unknown): true => {
    write(`${JSON.stringify(value)}\n`);
    return true;
  };
  return {
    tasks: print,
    task: print,
    page: print,
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
  };
}

/** For people, on a terminal of that many columns. */
export function textPrinter(write: Write, columns: number): Printer {
  const print = (text: string): true => {
    write(`${text}\n`);
    return true;
  };
  const tasks = (list: readonly Task[]): true => print(list.length === 0 ? 'No tasks' : taskTable(list, columns));
  return {
    tasks,
    task: (task) => tasks([task]),
    page: ({ tasks: list = [], nextCursor }) => {
      tasks(list);
      return print(
        nextCursor === undefined ? 'This is the last page' : `The next page: --after ${visibleText(nextCursor)}`,
      );
    },
    counts: ({ open, done }) => print(`${number(Number(open))} open, ${number(Number(done))} done`),
    removed: (taskId) => print(`Removed ${taskId}`),
    cleared: (count) => print(count === 1 ? 'Removed 1 task' : `Removed ${number(count)} tasks`),
    health: ({ ok, message }) => {
      print(visibleText(message ?? ''));
      return ok === true;
    },
    backup: ({ file, tasks: count, bytes }) => print(`${number(count)} tasks, ${number(bytes)} bytes: ${file}`),
    verified: ({ tasks: count, files }) => print(`${number(count)} tasks in ${number(files)} table files are sound`),
    copied: (report) => {
      print(copySummary(report));
      return isComplete(report);
    },
  };
}

function copySummary(report: CopyReport): string {
  const { added, same, replaced, kept, inSource, inTarget } = report;
  const advice = kept > 0 ? ' (--overwrite replaces them)' : '';
  const compared = isComplete(report) ? 'none is missing' : 'run the command again for the missing ones';
  return [
    `${number(added)} added, ${number(same)} there already`,
    `${number(replaced)} differed and were replaced, ${number(kept)} differed and were kept${advice}`,
    `Compared: ${number(inTarget)} of ${number(inSource)} tasks are there, ${compared}`,
  ].join('\n');
}

function isComplete({ inSource, inTarget }: CopyReport): boolean {
  return inSource === inTarget;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
