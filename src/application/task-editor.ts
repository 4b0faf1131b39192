import type { Sha256 } from '@tasks/idl';
import { earliestDay, nextInSeries, successorKey, successorOf } from '../domain/series.js';
import { checkedTaskId, checkedUserId, completedChanges, needsTask, type Clock, type Task } from '../domain/task.js';
import {
  changesNothing,
  checkedChanges,
  stateOf,
  withServiceFields,
  type Successor,
  type TaskChanges,
  type TaskEdit,
} from '../domain/task-details.js';
import { TaskError } from '../domain/task.errors.js';
import { parseWallClock, type WallClock } from '../domain/wall-clock.js';
import { checkedRevision } from './remove-task-if.js';
import { taskRevision, type TaskRevision } from './task-revision.js';
import type { TaskExpectation, TaskRepository } from './task.repository.js';

/** Attempts at a change that others overtake. */
const MAX_ATTEMPTS = 5;
/** Ids that a successor may get: another user may have the first ones. */
const SUCCESSOR_IDS = 4;
const ID_LENGTH = 24;

/** What to change of a task, before validation. */
export interface TaskEditOrder {
  readonly taskId: string;
  /** The caller's name of `taskId`, for messages. */
  readonly idField?: string;
  readonly userId: string;
  readonly edit: TaskEdit & {
    /** The caller's wall clock, which a successor is due after; unset: the day where it is earliest. */
    readonly now?: string | undefined;
    /** Changes the task only at this revision. */
    readonly ifRevision?: string | undefined;
  };
  /** Whether `done: false` removes the successor. */
  readonly removesSuccessor: boolean;
}

/** The same, validated. */
interface CheckedOrder {
  readonly id: string;
  readonly userId: string;
  readonly changes: TaskChanges;
  readonly now: WallClock | undefined;
  readonly ifRevision: string | undefined;
  readonly removesSuccessor: boolean;
}

/** A task after an edit. */
export interface EditedTask {
  readonly task: Task;
  /** The task after it in a series, which the edit made or left. */
  readonly successor?: Task | undefined;
}

/** What an edit does in a series. */
interface StepInSeries {
  readonly successor?: Task | undefined;
  /** The successor, if this call has inserted it. */
  readonly made?: Task | undefined;
  /** What the task remembers of it. */
  readonly remembered?: Successor | null;
}

/**
 * Changes tasks, and makes the successor of one that is done and repeats. Stores have no transactions, so the order of the
 * writes keeps one successor of each done task, whoever is interrupted or overtaken:
 *
 * - Done: the successor is inserted, then the task is changed if it is as it was read. An interruption leaves an open task
 *   and its successor; since the successor's id is a hash, whoever ticks the task next finds it.
 * - Open again: the successor is removed if it is as it was made, then the task is changed. An interruption leaves a done
 *   task without a successor; opening it again completes that. In the other order, somebody who ticks the task in between
 *   would use a successor that is then removed.
 */
export class TaskEditor {
  readonly #tasks: TaskRepository;
  readonly #now: Clock;
  readonly #sha256: Sha256;
  readonly #revision: TaskRevision;

  constructor(tasks: TaskRepository, now: Clock, sha256: Sha256) {
    this.#tasks = tasks;
    this.#now = now;
    this.#sha256 = sha256;
    this.#revision = taskRevision(sha256);
  }

  /**
   * @throws TaskError INVALID_INPUT, NOT_FOUND, OTHER_REVISION, STORE_UNAVAILABLE. Only after the last one the task may
   *   have been changed.
   */
  async apply(order: TaskEditOrder): Promise<EditedTask> {
    const checked = checkedOrder(order);
    const { id, userId, changes, ifRevision } = checked;
    if (ifRevision === undefined && !changesNothing(changes) && !needsTask(changes)) {
      // The changes depend on nothing of the task, so one command makes them.
      const { done } = changes;
      const expected = done === undefined ? { unlike: changes } : { done: !done, repeat: null, successor: null };
      const task = await this.#tasks.update(id, userId, this.#withTimes(changes, done), expected);
      if (task) return { task };
    }
    return this.#changeAsRead(checked);
  }

  /** Reads the task, and changes it if it still is as it was read. */
  async #changeAsRead(order: CheckedOrder): Promise<EditedTask> {
    const { id, userId, changes, ifRevision } = order;
    let made: Task | undefined;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const read = await this.#tasks.find(id, userId);
      if (read && isAsWanted(read, changes)) {
        // Whoever was faster may have found the successor of this call, and used it.
        if (made && read.details.successor?.revision !== this.#revision(made)) await this.#discard(made);
        return { task: read, successor: changes.done === undefined ? undefined : await this.#remembered(read) };
      }
      const rejection = this.#rejection(read, order);
      if (!read || rejection) {
        await this.#discard(made);
        throw rejection ?? TaskError.notFound();
      }
      const wanted = completedChanges(changes, read);
      const done = wanted.done === read.done ? undefined : wanted.done;
      const step = await this.#stepInSeries(read.with(wanted), done, order, made);
      if (made?.id !== step.made?.id) await this.#discard(made);
      made = step.made;
      const change = this.#withTimes(wanted, done, step.remembered);
      const expected = ifRevision === undefined ? seriesOf(read) : stateOf(read);
      const task = await this.#tasks.update(id, userId, change, expected);
      if (task) return { task, successor: step.successor };
    }
    await this.#discard(made);
    throw TaskError.overtaken();
  }

  #rejection(task: Task | undefined, { changes, ifRevision }: CheckedOrder): TaskError | undefined {
    if (!task) return TaskError.notFound();
    if (ifRevision !== undefined && ifRevision !== this.#revision(task)) return TaskError.otherRevision();
    return rejectionOf(() => completedChanges(changes, task));
  }

  /**
   * Makes or removes the successor of a task that is done or open again.
   *
   * @param made The successor that an attempt before has inserted.
   */
  async #stepInSeries(
    task: Task,
    done: boolean | undefined,
    { now, removesSuccessor }: CheckedOrder,
    made: Task | undefined,
  ): Promise<StepInSeries> {
    if (done === true) return this.#insertSuccessor(task, now ?? earliestDay(this.#now()), made);
    const { successor } = task.details;
    if (done === undefined || !successor || !removesSuccessor) return {};
    const left = await this.#takeBack(successor, task.userId);
    return left ? { successor: left } : { remembered: null };
  }

  /** Inserts the successor of a task that is done now, or finds it; there is none when the series ends. */
  async #insertSuccessor(task: Task, now: WallClock, before: Task | undefined): Promise<StepInSeries> {
    const next = nextInSeries(task, now);
    if (!next) return { remembered: null };
    for (let attempt = 0; attempt < SUCCESSOR_IDS; attempt++) {
      const id = this.#sha256(successorKey(task, attempt)).slice(0, ID_LENGTH);
      const candidate = successorOf(task, next, id, this.#now());
      const [created] = await this.#tasks.createAll([candidate]);
      if (!created) continue;
      let { task: successor } = created;
      // Others may have found it meanwhile, so it is not removed to be inserted anew.
      if (before?.id === id)
        successor = (await this.#tasks.update(id, task.userId, next, identityOf(before))) ?? successor;
      // One that was found and changed since must not be taken for one as it was made.
      const revision = this.#revision(successor.details.changedOn ? candidate : successor);
      const isMade = created.isNew || before?.id === id;
      return { successor, made: isMade ? successor : undefined, remembered: { id, revision } };
    }
    throw TaskError.overtaken();
  }

  /** Removes a successor that is as it was made. Returns one that was changed since; undefined for none. */
  async #takeBack({ id, revision }: Successor, userId: string): Promise<Task | undefined> {
    const found = await this.#tasks.find(id, userId);
    if (!found || this.#revision(found) !== revision) return found;
    return (await this.#tasks.remove(id, userId, identityOf(found))) ? undefined : this.#tasks.find(id, userId);
  }

  /** Removes a successor that this call has made for nothing, if it is as it was made. */
  async #discard(made: Task | undefined): Promise<void> {
    if (made) await this.#tasks.remove(made.id, made.userId, identityOf(made));
  }

  #remembered({ userId, details: { successor } }: Task): Promise<Task | undefined> | undefined {
    return successor && this.#tasks.find(successor.id, userId);
  }

  #withTimes(changes: TaskChanges, switched: boolean | undefined, successor?: Successor | null): TaskChanges {
    const changedOn = this.#now();
    const doneOn = switched === false ? null : switched && changedOn;
    return withServiceFields(changes, { doneOn, changedOn, successor });
  }
}

/** @throws TaskError INVALID_INPUT */
function checkedOrder({ taskId, idField = 'taskId', userId, edit, removesSuccessor }: TaskEditOrder): CheckedOrder {
  const { now, ifRevision } = edit;
  return {
    id: checkedTaskId(taskId, idField),
    userId: checkedUserId(userId),
    changes: checkedChanges(edit),
    now: now === undefined ? undefined : parseWallClock(now, 'edit.now'),
    ifRevision: ifRevision === undefined ? undefined : checkedRevision(ifRevision, 'edit.ifRevision'),
    removesSuccessor,
  };
}

/** Whether every field has its value already, as when a call is repeated. */
function isAsWanted(task: Task, changes: TaskChanges): boolean {
  try {
    return task.has(completedChanges(changes, task));
  } catch {
    return false;
  }
}

function rejectionOf(check: () => unknown): TaskError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof TaskError) return error;
    throw error;
  }
}

/** What decides about a successor. The time tells whether the task was changed and changed back. */
function seriesOf(task: Task): TaskExpectation {
  const { done, dueOn, repeat, changedOn } = stateOf(task);
  return { done, dueOn, repeat, changedOn };
}

/** Exactly this task: neither changed, nor removed and made again under its id. */
function identityOf(task: Task): TaskExpectation {
  return { ...stateOf(task), createdOn: task.createdOn };
}
