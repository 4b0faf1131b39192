import { checkedPageLimit } from '../../application/page-tasks.js';
import { checkedOnlyDone } from '../../application/remove-all-tasks.js';
import { checkedSearchText, checkedTaskId, checkedTaskName, checkedUserId } from '../../domain/task.js';
import { Keeps } from './domain-rule.js';
import type {
  TaskFilter,
  TasksAddArgs,
  TasksAllArgs,
  TasksCountArgs,
  TasksCreateArgs,
  TasksFindArgs,
  TasksGetArgs,
  TasksPageArgs,
  TasksRemoveAllArgs,
  TasksRemoveArgs,
  TasksUpdateArgs,
  TasksUpsertArgs,
} from '@tasks/idl';
import { TaskFields } from './task.mapper.js';
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
