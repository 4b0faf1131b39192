import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import { CONTENT_TYPES, TaskContent } from '../task-content.js';

/** Name of the collection, which other services use. */
export const TASKS_COLLECTION = 'tasks';

/**
 * A stored task, in a collection shared with other services: these fields and no others, so no `__v`. Documents of
 * older writers may lack `name` and `done`.
 */
@Schema({ collection: TASKS_COLLECTION, versionKey: false, autoIndex: false, autoCreate: false })
export class TaskDocument extends TaskContent {
  readonly _id!: Types.ObjectId;

  @Prop({ type: String, required: true })
  readonly userId!: string;

  @Prop({ type: Date, required: true })
  readonly createdOn!: Date;
}

/** The schema of `TaskDocument`. */
export const taskSchema = SchemaFactory.createForClass(TaskDocument);
taskSchema.add(CONTENT_TYPES);
