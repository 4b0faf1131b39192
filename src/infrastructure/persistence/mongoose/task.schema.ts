import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';

/**
 * A task as it is stored, in a collection that other services share: these fields and no others, so no `__v`. Documents
 * of older writers may lack `name` and `done`.
 */
@Schema({ collection: 'tasks', versionKey: false, autoIndex: false, autoCreate: false })
export class TaskDocument {
  readonly _id!: Types.ObjectId;

  @Prop({ type: String, required: true })
  readonly userId!: string;

  @Prop({ type: String })
  readonly name?: string;

  @Prop({ type: Date, required: true })
  readonly createdOn!: Date;

  @Prop({ type: Boolean })
  readonly done?: boolean;
}

/** The schema of `TaskDocument`. The index serves every listing, ties included, without a sort in memory. */
export const taskSchema = SchemaFactory.createForClass(TaskDocument);
taskSchema.index({ userId: 1, createdOn: -1, _id: -1 });
