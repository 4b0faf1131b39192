import { useLayoutEffect, useState } from 'preact/hooks';
import { useTextsOf } from '../ui/context.js';
import type { ListChoice } from './quick-add-field.js';
import { dateTexts } from './texts.js';

/** Lists shown at once. */
const SHOWN = 6;

interface ListMenuProps {
  /** What was typed after `#`. */
  readonly query: string;
  readonly lists: readonly ListChoice[];
  readonly field: HTMLInputElement;
  readonly onChoose: (list: ListChoice) => void;
  readonly onClose: () => void;
}

/** The lists that match what was typed after `#` in a field, which keeps the focus: arrows, Enter, Tab and Esc. */
export function ListMenu({ query, lists, field, onChoose, onClose }: ListMenuProps) {
  const texts = useTextsOf(dateTexts);
  const [place, setPlace] = useState(0);
  const wanted = query.toLowerCase();
  const found = lists.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, SHOWN);
  const active = found[Math.min(place, found.length - 1)];
  // With the menu, not after it: the next key is for it.
  useLayoutEffect(() => {
    if (active === undefined) return undefined;
    field.setAttribute('aria-controls', 'list-menu');
    field.setAttribute('aria-activedescendant', `list-choice-${active.id}`);
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.isComposing) return;
      if (event.key === 'ArrowDown') setPlace((now) => (now + 1) % found.length);
      else if (event.key === 'ArrowUp') setPlace((now) => (now + found.length - 1) % found.length);
      else if (event.key === 'Enter' || event.key === 'Tab') onChoose(active);
      else if (event.key === 'Escape') onClose();
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    field.addEventListener('keydown', onKeyDown, true);
    return () => {
      field.removeEventListener('keydown', onKeyDown, true);
      field.removeAttribute('aria-controls');
      field.removeAttribute('aria-activedescendant');
    };
  });
  if (found.length === 0) return null;
  return (
    <ul class="list-menu" id="list-menu" role="listbox" aria-label={texts.chooseList}>
      {found.map((list) => (
        <li
          key={list.id}
          id={`list-choice-${list.id}`}
          role="option"
          aria-selected={list === active}
          // The field keeps the focus.
          onPointerDown={(event) => {
            event.preventDefault();
          }}
          onClick={() => {
            onChoose(list);
          }}
        >
          {list.name}
        </li>
      ))}
    </ul>
  );
}
