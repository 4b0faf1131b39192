import type { Sha256 } from '@tasks/idl';
import { checkedTaskId, checkedUserId } from '../domain/task.js';
import { stateOf } from '../domain/task-details.js';
import { TaskError } from '../domain/task.errors.js';
import { taskRevision, type TaskRevision } from './task-revision.js';
import type { TaskRepository } from './task.repository.js';

/** Attempts at a removal that others overtake. */
const MAX_ATTEMPTS = 5;

interface RemoveTaskIfInput {
  readonly taskId: string;
  readonly userId: string;
  readonly ifRevision: string;
}

/** Removes a user's task at a revision; a task that is gone counts as removed. */
export class RemoveTaskIf {
  readonly #tasks: TaskRepository;
  readonly #revision: TaskRevision;

  constructor(tasks: TaskRepository, sha256: Sha256) {
    this.#tasks = tasks;
    this.#revision = taskRevision(sha256);
  }

  /** @throws TaskError INVALID_INPUT, OTHER_REVISION, STORE_UNAVAILABLE */
  async execute(input: RemoveTaskIfInput): Promise<void> {
    const id = checkedTaskId(input.taskId, 'taskId');
    const userId = checkedUserId(input.userId);
    const ifRevision = checkedRevision(input.ifRevision, 'ifRevision');
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const task = await this.#tasks.find(id, userId);
      if (!task) return;
      if (this.#revision(task) !== ifRevision) throw TaskError.otherRevision();
      if (await this.#tasks.remove(id, userId, stateOf(task))) return;
    }
    throw TaskError.overtaken();
  }
}

/** Validates a revision: any other text than the task's is one that it does not have. @throws TaskError INVALID_INPUT */
export function checkedRevision(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw TaskError.invalid(field, 'must not be empty');
}
