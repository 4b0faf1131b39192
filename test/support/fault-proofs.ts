/**
 * Tests of each row of the tables of faults in docs/operations.md: `file: title`, by heading and first cell. The page itself is
 * for operators.
 */
export const FAULT_PROOFS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'When the embedded store fails': {
    'the data folder is missing': 'test/e2e/embedded-faults.e2e-spec.ts: creates a missing data folder',
    "the folder is read-only, or not this user's":
      'test/e2e/embedded-faults.e2e-spec.ts: does not start in a read-only folder, and says what to do',
    "its path can't be a folder":
      'packages/embedded-store/test/opening.e2e-spec.ts: rejects a path that is not a folder, and one that must not be created',
    'the disk is full at the first start':
      'test/e2e/embedded-faults.e2e-spec.ts: does not start on a full disk without a store, and starts once there is space',
    'the disk is full':
      'test/e2e/embedded-faults.e2e-spec.ts: on a full disk rejects adds with 503, lists, is not ready, loses nothing',
    'the folder is removed, moved or replaced':
      'test/e2e/embedded-faults.e2e-spec.ts: is not ready and answers 503 within two seconds once its folder was %s',
    '`LOCK` or `CURRENT` in it is removed, moved or replaced':
      'packages/embedded-store/test/folder-watch.e2e-spec.ts: (%s) that was removed fails writes at once, and is named',
    'a second process uses the folder':
      'test/e2e/start.e2e-spec.ts: reports in one line that another process has the data folder, and leaves it be',
    'a file is damaged, cut short or missing':
      'packages/embedded-store/test/damage.e2e-spec.ts: is rejected by the name of its table, whichever byte has changed',
    'a table (`.ldb`) is removed or changed while it is in use':
      'test/e2e/embedded-faults.e2e-spec.ts: answers 503 to everything once a file in use was damaged',
    'the log or the manifest is removed, replaced or truncated while it is in use':
      'packages/embedded-store/test/folder-watch.e2e-spec.ts: (%s) that was %s fails every call, and is named',
    'bytes within the log in use are overwritten':
      'packages/embedded-store/test/folder-watch.e2e-spec.ts: (log) overwritten before its end is not noticed, and a clean stop keeps the data',
    '`STORE` is removed or emptied':
      'packages/embedded-store/test/opening.e2e-spec.ts: rejects a LevelDB without the file STORE with advice, and does not change it',
    'the folder is of another program or version, or of the format before 0.1':
      'test/e2e/embedded-faults.e2e-spec.ts: rejects a folder of the previous format, with advice',
    'kill -9, a crash': 'test/e2e/durability.e2e-spec.ts: has every acknowledged task after kill -9',
    'a crash of the machine cuts the last record of a log short':
      'packages/embedded-store/test/damage.e2e-spec.ts: is accepted when a crash truncated the last record or left it unwritten',
    '`tasks backup` is stopped or hangs':
      'packages/embedded-store/test/stalled.e2e-spec.ts: that reads nothing of its answer for 30 s is disconnected',
    '`tasks restore` is killed':
      'test/e2e/backup.e2e-spec.ts: that is killed while restoring does no harm, and completes when run again',
    'a backup is damaged, cut short, without its last line, or something else':
      'test/e2e/backup.e2e-spec.ts: %s is rejected before anything is written',
  },
  'When MongoDB fails': {
    'down at the start': 'test/e2e/mongodb-down.e2e-spec.ts: starts nevertheless, and rejects calls with 503 in time',
    'down for a while':
      'test/e2e/mongodb-down.e2e-spec.ts: rejects calls again when it is lost, and works again when it is back',
    'back with an empty or new database':
      'test/infrastructure/persistence/mongoose/mongoose-faults.e2e-spec.ts: rejects calls in time when it is cut off, and recovers with new indexes',
    "an index can't be made":
      'test/infrastructure/persistence/mongoose/mongoose-faults.e2e-spec.ts: retries to create the indexes, and logs which, the effect and the remedy',
    'hangs: accepts and never answers':
      'test/e2e/mongodb-faults.e2e-spec.ts: that hangs: calls get 503 in time, and health is 503 within three seconds',
    'hangs at the start':
      'test/e2e/mongodb-faults.e2e-spec.ts: that hangs from the start: the service starts, calls get 503, and it recovers',
    'hangs while the service stops':
      'test/e2e/drain.e2e-spec.ts: cuts the call at the drain limit with an error reply, and exits with 0',
    'is slow': 'test/e2e/mongodb-faults.e2e-spec.ts: that is slow: calls take longer and succeed, and health stays up',
    'all connections of the pool are in use':
      'test/e2e/mongodb-faults.e2e-spec.ts: with all connections in use: calls that wait too long get 503, others work',
    'they stay in use':
      'test/e2e/mongodb-faults.e2e-spec.ts: with all connections in use for long: health is 503, for lack of a connection',
    'a reply breaks off, single server':
      'test/e2e/mongodb-faults.e2e-spec.ts: that breaks off a reply: 503, the task is stored once, the service stays ready',
    'a reply breaks off, replica set':
      'test/e2e/mongodb-faults.e2e-spec.ts: that breaks off a reply: the driver retries, and one task is stored',
    'the same for a change or a removal':
      'test/e2e/mongodb-faults.e2e-spec.ts: that breaks off the reply to %s: the retry has the first answer',
    'the primary steps down':
      'test/e2e/mongodb-faults.e2e-spec.ts: whose primary steps down briefly: the call is retried and stores one task',
    'there is no primary':
      'test/e2e/mongodb-faults.e2e-spec.ts: without a primary: calls and health get 503, and recover after an election',
    'it rejects user or password':
      'test/e2e/mongodb-faults.e2e-spec.ts: that rejects the password: 503 with the reason, no password logged, recovery',
    'the user may not read':
      'test/infrastructure/persistence/mongoose/mongoose-faults.e2e-spec.ts: fails the health check without read permission, and passes it with one',
    'its connections die without a word':
      'test/infrastructure/persistence/mongoose/mongoose-faults.e2e-spec.ts: aborts a health check after 1.2 s with its dead connection, for any call limit',
    '`MONGODB_URI` makes no sense':
      'test/e2e/start.e2e-spec.ts: reports an invalid MONGODB_URI in one line, without its password: %s',
  },
};
