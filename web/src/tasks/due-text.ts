import { wallClockOf } from '../state/wall-clock.js';

/** Returns when a task is due, briefly. */
export function dueText(dueOn: string, language: string): { readonly text: string; readonly isOverdue: boolean } {
  const now = wallClockOf(Date.now());
  const format = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
  const text = [format.format(new Date(dueOn.slice(0, 10))), dueOn.slice(11)].join(' ').trim();
  return { text, isOverdue: dueOn < now.slice(0, dueOn.length) };
}
