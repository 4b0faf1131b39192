import { useEffect } from 'preact/hooks';
import { announce } from '../ui/announcer.js';
import { useOpenAccount, useTextsOf } from '../ui/context.js';
import { taskTexts } from './texts.js';

/** How many tasks of a long paste are stored. It overlays the form, so the list does not move when it disappears. */
export function Progress({ stored, total }: { stored: number; total: number }) {
  const { queue } = useOpenAccount().workspace.tasks;
  const texts = useTextsOf(taskTexts);
  useEffect(
    () => () => {
      if (queue.unsaved.peek() === 0) announce(texts.stored(total, total));
    },
    [total],
  );
  return (
    <div class="progress">
      <progress max={total} value={stored} aria-label={texts.storing} />
      <p>{texts.stored(stored, total)}</p>
    </div>
  );
}
