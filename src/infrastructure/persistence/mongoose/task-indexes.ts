import type { MongoIndexes, MongoLog } from '@tasks/mongo-connection';
import { mongo } from 'mongoose';
import { TASKS_COLLECTION } from './task.schema.js';

/** For every listing, ties included, without a sort in memory: for all, open and done tasks. */
const LIST_INDEXES: mongo.IndexDescription[] = [
  { key: { userId: 1, createdOn: -1, _id: -1 } },
  { key: { userId: 1, done: 1, createdOn: -1, _id: -1 } },
];

/** For the due tasks of several users, and those with a star: partial, since most tasks are neither. */
const AGENDA_INDEXES: mongo.IndexDescription[] = [
  { key: { userId: 1, dueOn: 1, _id: 1 }, partialFilterExpression: { dueOn: { $exists: true } } },
  { key: { userId: 1, createdOn: 1, _id: 1 }, partialFilterExpression: { starred: true } },
];

/** The answer of a server that knows no partial indexes. */
const NOT_IMPLEMENTED = 238;

const COMMANDS = [...LIST_INDEXES, ...AGENDA_INDEXES].map(({ key, ...options }) => {
  const texts = [key, options].filter((part) => Object.keys(part).length > 0).map((part) => JSON.stringify(part));
  return `db.${TASKS_COLLECTION}.createIndex(${texts.join(', ')})`;
});
const ADVICE =
  "listing is slow until they exist. Creation is retried; let the service's user create indexes, " +
  `or run ${COMMANDS.join('; ')}`;

/** The indexes of tasks. A server without partial indexes goes without them, which is logged once. */
export function taskIndexes(collection: mongo.Collection, log: Pick<MongoLog, 'info'>): MongoIndexes {
  let isLogged = false;
  const create = async (): Promise<void> => {
    // One a command: FerretDB closes the connection when several of one command exist.
    for (const index of LIST_INDEXES) await collection.createIndexes([index]);
    try {
      for (const index of AGENDA_INDEXES) await collection.createIndexes([index]);
    } catch (error) {
      if (!(error instanceof mongo.MongoServerError) || error.code !== NOT_IMPLEMENTED) throw error;
      if (!isLogged) log.info('MongoDB has no partial indexes here: due and starred tasks are found without an index');
      isLogged = true;
    }
  };
  return { name: 'The indexes of tasks', create, advice: ADVICE };
}
