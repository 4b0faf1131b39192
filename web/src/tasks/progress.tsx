import { useEffect } from 'preact/hooks';
import { announce } from '../ui/announcer.js';
import { useOpenAccount, useTextsOf } from '../ui/context.js';
import { taskTexts } from './texts.js';

/**
 * How many tasks of a long paste are stored. It overlays the form, so the list does not move when it disappears.
 *
 * @param isLong Unset when nothing of it is left to store.
 */
export function Progress({ stored, count, isLong }: { stored: number; count: number; isLong: boolean }) {
  const { queue } = useOpenAccount().workspace.tasks;
  const texts = useTextsOf(taskTexts);
  useEffect(() => {
    if (!isLong && queue.unsaved.peek() === 0) announce(texts.stored(count, count));
  }, [isLong]);
  if (!isLong) return null;
  return (
    <div class="progress">
      <progress max={count} value={stored} aria-label={texts.storing} />
      <p>{texts.stored(stored, count)}</p>
    </div>
  );
}
