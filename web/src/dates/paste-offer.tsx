import { useTextsOf } from '../ui/context.js';
import type { Paste } from './paste.js';
import { dateTexts } from './texts.js';

export { readPaste } from './paste.js';

/** Offers to add the lines of a paste as tasks, which submits the form, or as one. */
export function PasteOffer({ paste: { tasks }, onAsOne }: { paste: Paste; onAsOne: () => void }) {
  const texts = useTextsOf(dateTexts);
  const text = texts.pasted(tasks.length, tasks.filter(({ dueOn }) => dueOn !== undefined).length);
  return (
    <div class="paste-offer" role="group" aria-label={text}>
      <p>{text}</p>
      <button type="submit" class="button primary">
        {texts.addSeveral(tasks.length)}
      </button>
      <button type="button" class="button quiet" onClick={onAsOne}>
        {texts.addAsOne}
      </button>
    </div>
  );
}
