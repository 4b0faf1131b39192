import { afterEach, describe, expect, it } from '@jest/globals';
import { runInNextTask } from '../../../src/api/next-task.js';

describe('runInNextTask', () => {
  const globals = globalThis as unknown as Record<string, unknown>;

  afterEach(() => {
    for (const name of ['scheduler', 'reportError']) Reflect.deleteProperty(globalThis, name);
  });

  it('reports the error of a callback, as a timer would', async () => {
    globals['scheduler'] = { postTask: async (callback: () => void) => Promise.resolve().then(callback) };
    const reported = new Promise((resolve) => (globals['reportError'] = resolve));
    const error = new Error('It fails');
    runInNextTask(() => {
      throw error;
    });
    expect(await reported).toBe(error);
  });
});
