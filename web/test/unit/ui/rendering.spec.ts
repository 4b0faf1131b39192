import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { renderInOwnTask, runSoon } from '../../../src/ui/rendering.js';

describe('what is rendered in a task of its own', () => {
  const globals = globalThis as unknown as Record<string, unknown>;
  const listeners = new Map<string, () => void>();
  const press = (): void => listeners.get('pointerdown')?.();

  beforeEach(() => {
    globals['addEventListener'] = (type: string, listener: () => void) => listeners.set(type, listener);
    renderInOwnTask();
  });

  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'addEventListener');
  });

  it('comes before the next press, with what it asked for and the render of that', () => {
    const ran: string[] = [];
    runSoon(() => {
      ran.push('render');
      runSoon(() => {
        ran.push('focus');
        runSoon(() => ran.push('render'));
      });
    });
    press();
    expect(ran).toEqual(['render', 'focus', 'render']);
  });

  it('does not block a press where it asks for itself forever', () => {
    let runs = 0;
    let isEnded = false;
    const again = (): void => {
      if (++runs > 1_000) throw new Error('It never ends');
      if (!isEnded) runSoon(again);
    };
    runSoon(again);
    press();
    isEnded = true;
    expect(runs).toBeGreaterThan(0);
  });
});
