import { checkedTaskId, checkedUserId, type Task } from '../domain/task.js';
import { checkedChanges } from '../domain/task-details.js';
import type { TaskEditor } from './task-editor.js';

interface UpdateTaskInput {
  readonly taskId: string;
  readonly userId: string;
  readonly name?: string | undefined;
  readonly done?: boolean | undefined;
}

/** Changes the set fields of a user's task; without any, nothing changes. */
export class UpdateTask {
  readonly #editor: TaskEditor;

  constructor(editor: TaskEditor) {
    this.#editor = editor;
  }

  /** @throws TaskError INVALID_INPUT, NOT_FOUND, STORE_UNAVAILABLE */
  async execute({ taskId, userId, name, done }: UpdateTaskInput): Promise<Task> {
    const { task } = await this.#editor.apply({
      id: checkedTaskId(taskId, 'taskId'),
      userId: checkedUserId(userId),
      changes: checkedChanges({ name, done }),
      // Generated Java clients always send `done`.
      removesSuccessor: false,
    });
    return task;
  }
}
