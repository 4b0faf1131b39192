import { answeredWithin, type MongoOptions } from '@tasks/mongo-connection';
import { mongo } from 'mongoose';
import { AccountError } from '../../../domain/account.errors.js';

/** Runs one command. Whatever the driver throws means that the store couldn't be used: what is asked of it is checked before. */
export type Answered = <Answer>(command: () => PromiseLike<Answer>) => Promise<Answer>;

const DUPLICATE_KEY = 11_000;

/** Commands whose errors are AccountError STORE_UNAVAILABLE, and that are given up in time. */
export function answeredBy(options: MongoOptions): Answered {
  return async (command) => {
    try {
      return await answeredWithin(options, command);
    } catch (cause) {
      throw new AccountError('STORE_UNAVAILABLE', { cause });
    }
  };
}

/** Whether a document was not inserted because there is one of its `_id`. */
export function isDuplicate(error: unknown): boolean {
  return (
    error instanceof AccountError && error.cause instanceof mongo.MongoServerError && error.cause.code === DUPLICATE_KEY
  );
}
