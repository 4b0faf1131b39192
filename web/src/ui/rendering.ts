import { options } from 'preact';
import { runInNextTask } from '../api/next-task.js';

/** Maximum number of rounds before a key: a render, what it asked for, and the render of that. What goes on asking waits. */
const MAX_ROUNDS = 3;

const waiting: (() => void)[] = [];

/**
 * Renders in a task of its own: the page is blocked for a shorter time than where an event, what it changes and often
 * the next frame are one task.
 */
export function renderInOwnTask(): void {
  options.debounceRendering = runSoon;
  addEventListener('keydown', onKeyDown, true);
  addEventListener('pointerdown', runAll, true);
}

/** Runs a callback in a task of its own, and before the next key or press is handled: that may be meant for what it does. */
export function runSoon(callback: () => void): void {
  waiting.push(callback);
  runInNextTask(runNext);
}

function runNext(): void {
  waiting.shift()?.();
}

function runAll(): void {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    for (let left = waiting.length; left > 0; left--) runNext();
  }
}

function onKeyDown(event: KeyboardEvent): void {
  const before = document.activeElement;
  runAll();
  const { activeElement } = document;
  if (activeElement === null || activeElement === before) return;
  // What took the focus now is what the key is for.
  event.stopImmediatePropagation();
  if (!activeElement.dispatchEvent(new KeyboardEvent(event.type, event))) event.preventDefault();
}
