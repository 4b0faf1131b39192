import { useEffect } from 'preact/hooks';
import { announce } from '../ui/announcer.js';
import { useApp, useTextsOf } from '../ui/context.js';
import { Icon, ICONS } from '../ui/icon.js';
import { MORE_ICONS } from '../ui/more-icons.js';
import { timeOf } from './days.js';
import { dueWords } from './due-words.js';
import type { QuickAddChip } from './quick-add.js';
import type { QuickAdd } from './quick-add-field.js';
import { capitalized, repeatWords } from './repeat-words.js';
import { dateTexts } from './texts.js';

const ICON_OF = { due: MORE_ICONS.today, repeat: ICONS.repeat, list: MORE_ICONS.list, star: ICONS.star };

interface QuickAddChipsProps {
  readonly quickAdd: QuickAdd;
  /** The reader's wall clock. */
  readonly now: string;
  /** Runs after a click: the field gets the focus back. */
  readonly onDecided: () => void;
}

/** What quick add understood of the text, before Enter: a click takes it back, or applies what is only offered. */
export function QuickAddChips({ quickAdd, now, onDecided }: QuickAddChipsProps) {
  const language = useApp().app.language.code.value;
  const texts = useTextsOf(dateTexts);
  const chips = quickAdd.result.value?.chips ?? [];
  const labelOf = ({ kind, value, text, dueOn }: QuickAddChip): string => {
    if (kind === 'due') return dueWords(value, now, language).text;
    if (kind === 'repeat')
      return [capitalized(repeatWords(value, language)), dueOn && timeOf(dueOn)].filter(Boolean).join(' ');
    return kind === 'star' ? texts.star : text.slice(1);
  };
  const applied = chips
    .filter(({ isCertain }) => isCertain)
    .map(labelOf)
    .join(', ');
  useEffect(() => {
    announce(applied);
  }, [applied]);
  if (chips.length === 0) return null;
  return (
    <ul class="chips" aria-label={texts.understood}>
      {chips.map((chip) => {
        const label = labelOf(chip);
        return (
          <li key={`${chip.kind} ${chip.text}`}>
            <button
              type="button"
              class={chip.isCertain ? 'chip' : 'chip is-offered'}
              aria-label={chip.isCertain ? texts.takeBack(label, chip.text) : texts.offer(label, chip.text)}
              onClick={() => {
                quickAdd.decide(chip, !chip.isCertain);
                onDecided();
              }}
            >
              <Icon path={ICON_OF[chip.kind]} />
              <span>{chip.isCertain ? label : texts.offered(label)}</span>
              <Icon name={chip.isCertain ? 'close' : 'plus'} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
