import type { EditedTask, TaskEditor } from './task-editor.js';

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
  execute({ taskId, userId, name, done }: UpdateTaskInput): Promise<EditedTask> {
    // Generated Java clients always send `done`.
    return this.#editor.apply({ taskId, userId, edit: { name, done }, removesSuccessor: false });
  }
}
