import { revisionOf, type Sha256 } from '@tasks/idl';
import type { Task } from '../domain/task.js';

/** Computes revisions of tasks, as callers do from replies. */
export type TaskRevision = (task: Task) => string;

export function taskRevision(sha256: Sha256): TaskRevision {
  return ({ id, name, createdOn, done, details: { successor: _successor, ...details } }) =>
    revisionOf(
      {
        ...details,
        id,
        name,
        done,
        createdOn: createdOn.toISOString(),
        doneOn: details.doneOn?.toISOString(),
        changedOn: details.changedOn?.toISOString(),
      },
      sha256,
    );
}
