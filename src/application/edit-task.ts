import { checkedTaskId, checkedUserId } from '../domain/task.js';
import { checkedChanges, type TaskEdit } from '../domain/task-details.js';
import { parseWallClock } from '../domain/wall-clock.js';
import { checkedRevision } from './remove-task-if.js';
import type { EditedTask, TaskEditor } from './task-editor.js';

interface EditTaskInput {
  readonly taskId: string;
  readonly userId: string;
  readonly edit: TaskEdit & {
    /** The caller's wall clock; unset: the day where it is earliest. */
    readonly now?: string | undefined;
    readonly ifRevision?: string | undefined;
  };
}

/** Changes the set fields of a user's task, and makes or removes its successor in a series. */
export class EditTask {
  readonly #editor: TaskEditor;

  constructor(editor: TaskEditor) {
    this.#editor = editor;
  }

  /** @throws TaskError INVALID_INPUT, NOT_FOUND, OTHER_REVISION, STORE_UNAVAILABLE */
  async execute({ taskId, userId, edit }: EditTaskInput): Promise<EditedTask> {
    return this.#editor.apply({
      id: checkedTaskId(taskId, 'taskId'),
      userId: checkedUserId(userId),
      changes: checkedChanges(edit),
      now: edit.now === undefined ? undefined : parseWallClock(edit.now, 'edit.now'),
      ifRevision: edit.ifRevision === undefined ? undefined : checkedRevision(edit.ifRevision, 'edit.ifRevision'),
      removesSuccessor: true,
    });
  }
}
