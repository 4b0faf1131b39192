import { useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { DatePicker } from '../dates/date-picker.js';
import { dueAtLength, dueWords } from '../dates/due-words.js';
import { RepeatPicker } from '../dates/repeat-picker.js';
import { capitalized, repeatWords } from '../dates/repeat-words.js';
import type { Row, TaskChanges } from '../state/task.js';
import { useApp, useTextsOf } from '../ui/context.js';
import { Icon, ICONS } from '../ui/icon.js';
import { MORE_ICONS } from '../ui/more-icons.js';
import { detailsTexts } from './texts.js';

interface DueFieldsProps {
  readonly row: Row;
  /** The reader's wall clock. */
  readonly now: string;
  readonly readOnly: boolean;
  readonly onChange: (changes: TaskChanges) => void;
}

/** When a task is due, and how it repeats: each a button that opens a picker. */
export function DueFields({ row: { dueOn, repeat }, now, readOnly, onChange }: DueFieldsProps) {
  const language = useApp().app.language.code.value;
  const texts = useTextsOf(detailsTexts);
  const [picker, setPicker] = useState<'due' | 'repeat'>();
  const dueButton = useRef<HTMLButtonElement>(null);
  const repeatButton = useRef<HTMLButtonElement>(null);
  const due = dueOn === undefined ? undefined : dueWords(dueOn, now, language);
  const close = (): void => {
    setPicker(undefined);
  };
  // A task without a date can't repeat.
  const setDue = (date: string | null): void => {
    onChange(date === null && repeat !== undefined ? { dueOn: null, repeat: null } : { dueOn: date });
  };
  return (
    <>
      {(!readOnly || due) && (
        <PickerField
          icon={MORE_ICONS.today}
          label={texts.due}
          value={dueOn === undefined ? undefined : dueAtLength(dueOn, now, language)}
          empty={texts.addDue}
          remove={texts.removeDue}
          isOverdue={due?.isOverdue}
          readOnly={readOnly}
          button={dueButton}
          onOpen={() => {
            setPicker('due');
          }}
          onRemove={() => {
            setDue(null);
          }}
        />
      )}
      {(!readOnly || repeat !== undefined) && (
        <PickerField
          icon={ICONS.repeat}
          label={texts.repeat}
          value={repeat === undefined ? undefined : capitalized(repeatWords(repeat, language))}
          empty={texts.addRepeat}
          remove={texts.removeRepeat}
          readOnly={readOnly}
          button={repeatButton}
          onOpen={() => {
            setPicker('repeat');
          }}
          onRemove={() => {
            onChange({ repeat: null });
          }}
        />
      )}
      {picker === 'due' && dueButton.current && (
        <DatePicker
          anchor={dueButton.current}
          dueOn={dueOn}
          now={now}
          canClear={dueOn !== undefined}
          onChange={setDue}
          onClose={close}
        />
      )}
      {picker === 'repeat' && repeatButton.current && (
        <RepeatPicker
          anchor={repeatButton.current}
          rule={repeat}
          dueOn={dueOn}
          now={now}
          onChange={onChange}
          onClose={close}
        />
      )}
    </>
  );
}

interface PickerFieldProps {
  readonly icon: string;
  readonly label: string;
  readonly value: string | undefined;
  readonly empty: string;
  readonly remove: string;
  readonly isOverdue?: boolean | undefined;
  readonly readOnly: boolean;
  readonly button: { current: HTMLButtonElement | null };
  readonly onOpen: () => void;
  readonly onRemove: () => void;
}

function PickerField({ icon, label, value, empty, remove, isOverdue, readOnly, button, ...on }: PickerFieldProps) {
  const content: ComponentChildren = (
    <>
      <Icon path={icon} />
      {value === undefined ? (
        <span>{empty}</span>
      ) : (
        <span>
          <span class="visually-hidden">{label}: </span>
          {value}
        </span>
      )}
    </>
  );
  const state = `detail${value === undefined ? ' is-empty' : ''}${isOverdue ? ' is-overdue' : ''}`;
  if (readOnly) return <p class={state}>{content}</p>;
  return (
    <div class={state}>
      <button ref={button} type="button" class="detail-button" aria-haspopup="dialog" onClick={on.onOpen}>
        {content}
      </button>
      {value !== undefined && (
        <button
          type="button"
          class="icon-button"
          aria-label={remove}
          onClick={() => {
            button.current?.focus();
            on.onRemove();
          }}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
