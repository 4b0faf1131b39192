import { describe, expect, it } from '@jest/globals';
import { CopyTasks } from '../../src/application/copy-tasks.js';
import { TaskSource } from '../../src/application/task-source.js';
import { TaskTarget, type MergeCounts } from '../../src/application/task-target.js';
import type { Task } from '../../src/domain/task.js';
import { aTask, taskId } from '../support/builders.js';

class ListSource extends TaskSource {
  constructor(private readonly tasks: readonly Task[]) {
    super();
  }

  override count(): Promise<number> {
    return Promise.resolve(this.tasks.length);
  }

  override async *batches(size: number): AsyncGenerator<readonly Task[]> {
    for (let start = 0; start < this.tasks.length; start += size) {
      yield await Promise.resolve(this.tasks.slice(start, start + size));
    }
  }
}

/** A target that reports everything as stored, but loses every hundredth task. */
class LeakyTarget extends TaskTarget {
  readonly #ids = new Set<string>();

  override merge(tasks: readonly Task[]): Promise<MergeCounts> {
    for (const { id } of tasks) if (!id.endsWith('00')) this.#ids.add(id);
    return Promise.resolve({ added: tasks.length, same: 0, replaced: 0, kept: 0 });
  }

  override countPresent(tasks: readonly Task[]): Promise<number> {
    return Promise.resolve(tasks.filter(({ id }) => this.#ids.has(id)).length);
  }
}

describe('A copy of tasks', () => {
  const tasks = Array.from({ length: 1_200 }, (_, n) => aTask({ id: taskId(n) }));

  it("counts the target's tasks at the end, regardless of its reports", async () => {
    const report = await new CopyTasks(new ListSource(tasks), new LeakyTarget()).execute(false);
    expect(report).toMatchObject({ added: 1_200, inSource: 1_200, inTarget: 1_195 });
  });

  it('reports its progress, first of copying, then of comparing', async () => {
    const seen: [string, number, number][] = [];
    const note = (...progress: [string, number, number]): number => seen.push(progress);
    await new CopyTasks(new ListSource(tasks), new LeakyTarget()).execute(false, note);
    expect(seen[0]).toEqual(['copying', 0, 1_200]);
    expect(seen).toContainEqual(['copying', 1_200, 1_200]);
    expect(seen.at(-1)).toEqual(['comparing', 1_200, 1_200]);
  });
});
