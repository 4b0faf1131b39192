import type { Model } from '../../support/linearize.js';

/** A task as clients see it. */
export interface SeenTask {
  readonly id: string;
  readonly name: string;
  readonly done: boolean;
  readonly createdOn: string;
}

/** A call on the tasks of one user. What the service chooses, such as an id, is filled in from its answers. */
export type TaskOperation =
  | ({ readonly kind: 'add' } & SeenTask)
  | ({ readonly kind: 'create' } & SeenTask)
  | { readonly kind: 'change'; readonly id: string; readonly name?: string; readonly done?: boolean }
  | { readonly kind: 'remove' | 'get'; readonly id: string }
  | {
      readonly kind: 'list';
      readonly limit?: number;
      readonly done?: boolean | undefined;
      readonly after?: Pick<SeenTask, 'id' | 'createdOn'> | undefined;
    }
  | { readonly kind: 'count' }
  | { readonly kind: 'removeAll'; readonly onlyDone: boolean };

/** What a call is answered with, as JSON. */
export type TaskReply =
  | SeenTask
  | { readonly tasks: readonly SeenTask[]; readonly hasMore: boolean }
  | Counts
  | number
  | 'done'
  | 'not found'
  | { readonly rejected: string };

interface Counts {
  readonly open: number;
  readonly done: number;
}

/** Tasks of a user, in the order of lists. */
export type TaskState = readonly SeenTask[];

/** One user's tasks in a correct service. */
export const taskModel: Model<TaskState, TaskOperation, TaskReply> = {
  apply: (state, operation) => {
    switch (operation.kind) {
      case 'add':
        return { state: withTask(state, taskOf(operation)), reply: taskOf(operation) };
      case 'create': {
        const found = find(state, operation.id);
        return found
          ? { state, reply: found }
          : { state: withTask(state, taskOf(operation)), reply: taskOf(operation) };
      }
      case 'change': {
        const found = find(state, operation.id);
        if (!found) return { state, reply: 'not found' };
        const { name = found.name, done = found.done } = operation;
        const changed = { ...found, name, done };
        return { state: state.map((task) => (task === found ? changed : task)), reply: changed };
      }
      case 'get':
        return { state, reply: find(state, operation.id) ?? 'not found' };
      case 'remove':
        return find(state, operation.id)
          ? { state: state.filter(({ id }) => id !== operation.id), reply: 'done' }
          : { state, reply: 'not found' };
      case 'list':
        return { state, reply: listed(state, operation) };
      case 'count':
        return { state, reply: { open: countOf(state, false), done: countOf(state, true) } };
      case 'removeAll': {
        const left = operation.onlyDone ? state.filter(({ done }) => !done) : [];
        return { state: left, reply: state.length - left.length };
      }
    }
  },
};

/** The fields in the order in which answers are compared. */
export function taskOf({ id, name, done, createdOn }: SeenTask): SeenTask {
  return { id, name, done, createdOn };
}

function find(state: TaskState, id: string): SeenTask | undefined {
  return state.find((task) => task.id === id);
}

function withTask(state: TaskState, task: SeenTask): TaskState {
  return [...state, task].sort((one, other) => (isAfter(one, other) ? 1 : -1));
}

function isAfter(task: SeenTask, { createdOn, id }: Pick<SeenTask, 'id' | 'createdOn'>): boolean {
  return task.createdOn < createdOn || (task.createdOn === createdOn && task.id < id);
}

function listed(
  state: TaskState,
  { limit = Infinity, after, done }: Extract<TaskOperation, { readonly kind: 'list' }>,
): TaskReply {
  const rest = state.filter((task) => (!after || isAfter(task, after)) && (done === undefined || task.done === done));
  return { tasks: rest.slice(0, limit), hasMore: rest.length > limit };
}

function countOf(state: TaskState, wanted: boolean): number {
  return state.filter(({ done }) => done === wanted).length;
}
