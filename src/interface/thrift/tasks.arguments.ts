import type {
  AgendaFilter,
  AgendaView,
  Task,
  TaskFilter,
  TasksAddArgs,
  TasksAgendaArgs,
  TasksAllArgs,
  TasksCountArgs,
  TasksCreateArgs,
  TasksEditArgs,
  TasksFindArgs,
  TasksGetArgs,
  TasksInsertAllArgs,
  TasksMoveArgs,
  TasksPageArgs,
  TasksRemoveAllArgs,
  TasksRemoveArgs,
  TasksRemoveIfArgs,
  TasksRemoveSomeArgs,
  TasksTotalsArgs,
  TasksUpdateArgs,
  TasksUpsertArgs,
} from '@tasks/idl';
import { checkedDay } from '../../application/count-totals.js';
import { checkedBatch } from '../../application/insert-tasks.js';
import { checkedPageLimit } from '../../application/page-tasks.js';
import { checkedAgendaView, checkedUserIds } from '../../application/read-agenda.js';
import { checkedOnlyDone } from '../../application/remove-all-tasks.js';
import { checkedRevision } from '../../application/remove-task-if.js';
import { checkedSearchText, checkedTaskId, checkedUserId } from '../../domain/task.js';
import { checkedDueOn, checkedTaskName } from '../../domain/task-details.js';
import { Keeps } from './domain-rule.js';
import { TaskEditFields, TaskFields } from './task.mapper.js';
import { IsDefined, IsOptional, ValidateNested } from './validation.js';

// The arguments of each method, as in the IDL. Arguments not sent are undefined; the codec checks types.

export class AllArgs implements TasksAllArgs {
  @Keeps(checkedUserId) readonly userId: string;

  constructor(sent: AllArgs) {
    this.userId = sent.userId;
  }
}

export class AddArgs implements TasksAddArgs {
  @Keeps(checkedUserId) readonly userId: string;
  @IsOptional() @Keeps(checkedTaskName) readonly name?: string;

  constructor(sent: AddArgs) {
    this.userId = sent.userId;
    this.name = sent.name;
  }
}

export class UpdateArgs implements TasksUpdateArgs {
  @Keeps(checkedTaskId) readonly taskId: string;
  @IsOptional() @Keeps(checkedTaskName) readonly name?: string;
  readonly done?: boolean;
  @Keeps(checkedUserId) readonly userId: string;

  constructor(sent: UpdateArgs) {
    this.taskId = sent.taskId;
    this.name = sent.name;
    this.done = sent.done;
    this.userId = sent.userId;
  }
}

/** Arguments of `upsert`. */
export class UpsertArgs implements TasksUpsertArgs {
  @IsDefined({ message: 'task must not be empty' }) @ValidateNested() readonly task!: TaskFields;

  constructor(sent: Partial<UpsertArgs>) {
    if (sent.task) this.task = new TaskFields(sent.task);
  }
}

export class PageArgs implements TasksPageArgs {
  @Keeps(checkedUserId) readonly userId: string;
  @Keeps(checkedPageLimit) readonly limit: number;
  readonly after?: string;

  constructor(sent: PageArgs) {
    this.userId = sent.userId;
    this.limit = sent.limit;
    this.after = sent.after;
  }
}

export class RemoveArgs implements TasksRemoveArgs {
  @Keeps(checkedTaskId) readonly taskId: string;
  @Keeps(checkedUserId) readonly userId: string;

  constructor(sent: RemoveArgs) {
    this.taskId = sent.taskId;
    this.userId = sent.userId;
  }
}

export class GetArgs implements TasksGetArgs {
  @Keeps(checkedTaskId) readonly taskId: string;
  @Keeps(checkedUserId) readonly userId: string;

  constructor(sent: GetArgs) {
    this.taskId = sent.taskId;
    this.userId = sent.userId;
  }
}

export class CreateArgs implements TasksCreateArgs {
  @Keeps(checkedTaskId) readonly taskId: string;
  @Keeps(checkedUserId) readonly userId: string;
  @IsOptional() @Keeps(checkedTaskName) readonly name?: string;

  constructor(sent: CreateArgs) {
    this.taskId = sent.taskId;
    this.userId = sent.userId;
    this.name = sent.name;
  }
}

/** The struct `TaskFilter`. */
export class TaskFilterFields implements TaskFilter {
  readonly done?: boolean;
  @IsOptional() @Keeps(checkedSearchText) readonly text?: string;

  constructor(sent: TaskFilterFields) {
    this.done = sent.done;
    this.text = sent.text;
  }
}

export class FindArgs implements TasksFindArgs {
  @Keeps(checkedUserId) readonly userId: string;
  @IsOptional() @ValidateNested() readonly filter?: TaskFilterFields;
  @Keeps(checkedPageLimit) readonly limit: number;
  readonly after?: string;

  constructor(sent: FindArgs) {
    this.userId = sent.userId;
    if (sent.filter) this.filter = new TaskFilterFields(sent.filter);
    this.limit = sent.limit;
    this.after = sent.after;
  }
}

export class CountArgs implements TasksCountArgs {
  @Keeps(checkedUserId) readonly userId: string;

  constructor(sent: CountArgs) {
    this.userId = sent.userId;
  }
}

export class RemoveAllArgs implements TasksRemoveAllArgs {
  @Keeps(checkedUserId) readonly userId: string;
  @Keeps(checkedOnlyDone) readonly onlyDone: boolean;

  constructor(sent: RemoveAllArgs) {
    this.userId = sent.userId;
    this.onlyDone = sent.onlyDone;
  }
}

export class EditArgs implements TasksEditArgs {
  @Keeps(checkedTaskId) readonly taskId: string;
  @Keeps(checkedUserId) readonly userId: string;
  @IsDefined({ message: 'edit must not be empty' }) @ValidateNested() readonly edit!: TaskEditFields;

  constructor(sent: EditArgs) {
    this.taskId = sent.taskId;
    this.userId = sent.userId;
    if (sent.edit as TaskEditFields | undefined) this.edit = new TaskEditFields(sent.edit);
  }
}

/** Arguments of `insertAll`. Each task is checked by itself: one that is rejected keeps no other one out. */
export class InsertAllArgs implements TasksInsertAllArgs {
  @Keeps(checkedUserId) readonly userId: string;
  @Keeps(checkedBatch) readonly tasks: readonly Task[];

  constructor(sent: InsertAllArgs) {
    this.userId = sent.userId;
    this.tasks = sent.tasks;
  }
}

export class MoveArgs implements TasksMoveArgs {
  @Keeps(checkedTaskId) readonly taskId: string;
  @Keeps(checkedUserId) readonly userId: string;
  @Keeps(checkedUserId) readonly toUserId: string;

  constructor(sent: MoveArgs) {
    this.taskId = sent.taskId;
    this.userId = sent.userId;
    this.toUserId = sent.toUserId;
  }
}

export class RemoveSomeArgs implements TasksRemoveSomeArgs {
  @Keeps(checkedUserId) readonly userId: string;
  @Keeps(checkedBatch) readonly taskIds: readonly string[];

  constructor(sent: RemoveSomeArgs) {
    this.userId = sent.userId;
    this.taskIds = sent.taskIds;
  }
}

export class RemoveIfArgs implements TasksRemoveIfArgs {
  @Keeps(checkedTaskId) readonly taskId: string;
  @Keeps(checkedUserId) readonly userId: string;
  @Keeps(checkedRevision) readonly ifRevision: string;

  constructor(sent: RemoveIfArgs) {
    this.taskId = sent.taskId;
    this.userId = sent.userId;
    this.ifRevision = sent.ifRevision;
  }
}

/** The struct `AgendaFilter`. */
export class AgendaFilterFields implements AgendaFilter {
  @Keeps(checkedAgendaView) readonly view: AgendaView;
  @IsOptional() @Keeps(checkedDueOn) readonly dueFrom?: string;
  @IsOptional() @Keeps(checkedDueOn) readonly dueBefore?: string;

  constructor(sent: AgendaFilterFields) {
    this.view = sent.view;
    this.dueFrom = sent.dueFrom;
    this.dueBefore = sent.dueBefore;
  }
}

export class AgendaArgs implements TasksAgendaArgs {
  @Keeps(checkedUserIds) readonly userIds: readonly string[];
  @IsDefined({ message: 'filter must not be empty' }) @ValidateNested() readonly filter!: AgendaFilterFields;
  @Keeps(checkedPageLimit) readonly limit: number;
  readonly after?: string;

  constructor(sent: AgendaArgs) {
    this.userIds = sent.userIds;
    if (sent.filter as AgendaFilterFields | undefined) this.filter = new AgendaFilterFields(sent.filter);
    this.limit = sent.limit;
    this.after = sent.after;
  }
}

export class TotalsArgs implements TasksTotalsArgs {
  @Keeps(checkedUserIds) readonly userIds: readonly string[];
  @Keeps(checkedDay) readonly today: string;

  constructor(sent: TotalsArgs) {
    this.userIds = sent.userIds;
    this.today = sent.today;
  }
}
