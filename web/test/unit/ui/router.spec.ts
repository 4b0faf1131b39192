import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Router } from '../../../src/ui/router.js';

const LIST = 'a'.repeat(32);
const TASK = 'b'.repeat(24);

describe('Router', () => {
  let entries: { state: unknown; path: string }[];
  let onPopState: () => void;
  const back = jest.fn();
  const globals = globalThis as unknown as Record<string, unknown>;

  beforeEach(() => {
    entries = [{ state: null, path: `/lists/${LIST}` }];
    back.mockClear();
    globals['location'] = {
      get href() {
        return `http://page${entries.at(-1)?.path ?? ''}`;
      },
    };
    globals['history'] = {
      get state() {
        return entries.at(-1)?.state;
      },
      pushState: (state: unknown, _: string, path: string) => entries.push({ state, path }),
      back,
    };
    globals['addEventListener'] = (_: string, listener: () => void) => (onPopState = listener);
  });

  afterEach(() => {
    for (const name of ['location', 'history', 'addEventListener']) Reflect.deleteProperty(globalThis, name);
  });

  it('goes back once, however often details are closed until then', () => {
    const router = new Router();
    router.openTask(TASK);
    router.closeTask();
    router.closeTask();
    expect(back).toHaveBeenCalledTimes(1);
    entries.pop();
    onPopState();
    expect(router.route.value.task).toBeUndefined();
    router.openTask(TASK);
    router.closeTask();
    expect(back).toHaveBeenCalledTimes(2);
  });
});
