import type { EditedTask, TaskEditOrder, TaskEditor } from './task-editor.js';

type EditTaskInput = Pick<TaskEditOrder, 'taskId' | 'userId' | 'edit'>;

/** Changes the set fields of a user's task, and makes or removes its successor in a series. */
export class EditTask {
  readonly #editor: TaskEditor;

  constructor(editor: TaskEditor) {
    this.#editor = editor;
  }

  /** @throws TaskError INVALID_INPUT, NOT_FOUND, OTHER_REVISION, STORE_UNAVAILABLE */
  execute({ taskId, userId, edit }: EditTaskInput): Promise<EditedTask> {
    return this.#editor.apply({ taskId, userId, edit, removesSuccessor: true });
  }
}
