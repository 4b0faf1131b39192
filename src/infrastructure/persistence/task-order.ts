import type { TaskPosition } from '../../application/task.repository.js';

/** Whether a task was created before another one; within the same millisecond, whether its id is lower. */
export function isOlder(one: TaskPosition, other: TaskPosition): boolean {
  const difference = one.createdOn.getTime() - other.createdOn.getTime();
  return difference < 0 || (difference === 0 && one.id < other.id);
}

/** Returns how many tasks at the start of a list satisfy a condition that none of the others satisfies. */
export function countLeading<Position extends TaskPosition>(
  tasks: readonly Position[],
  condition: (task: Position) => boolean,
): number {
  let low = 0;
  let high = tasks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const task = tasks[middle];
    if (task && condition(task)) low = middle + 1;
    else high = middle;
  }
  return low;
}
