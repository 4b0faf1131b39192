import { useApp, useTextsOf } from '../ui/context.js';
import { Icon } from '../ui/icon.js';
import { Calendar } from './calendar.js';
import { dateOf, dayNumber, timeOf, withTime } from './days.js';
import { formatDay } from './due-words.js';
import { namedDays } from './months.js';
import { Popover } from './popover.js';
import { dateTexts } from './texts.js';

interface DatePickerProps {
  readonly anchor: HTMLElement;
  /** The date now; undefined: none, or the selected tasks differ. */
  readonly dueOn: string | undefined;
  /** The reader's wall clock. */
  readonly now: string;
  /** Whether "No date" is offered. */
  readonly canClear: boolean;
  /** Null removes the date. The picker stays open while a time is chosen. */
  readonly onChange: (dueOn: string | null) => void;
  readonly onClose: () => void;
}

/** Days by name, a calendar and a time, in a popover: for one task, or for all that are selected. */
export function DatePicker({ anchor, dueOn, now, canClear, onChange, onClose }: DatePickerProps) {
  const language = useApp().app.language.code.value;
  const texts = useTextsOf(dateTexts);
  const today = dayNumber(now);
  const time = dueOn === undefined ? undefined : timeOf(dueOn);
  const named = namedDays(today);
  const pick = (day: number): void => {
    onChange(withTime(dateOf(day), time));
    onClose();
  };
  return (
    <Popover label={texts.due} anchor={anchor} onClose={onClose}>
      <ul class="named-days">
        {(['today', 'tomorrow', 'weekend', 'nextWeek'] as const).map((name) => (
          <li key={name}>
            <button
              type="button"
              class="choice"
              onClick={() => {
                pick(named[name]);
              }}
            >
              <span>{texts[name]}</span>
              <span class="menu-hint">{formatDay(named[name], 'weekday', language)}</span>
            </button>
          </li>
        ))}
      </ul>
      <Calendar selected={dueOn === undefined ? undefined : dayNumber(dueOn)} today={today} onPick={pick} />
      <div class="picker-foot">
        <label class="time-field">
          <span>{texts.time}</span>
          <input
            type="time"
            value={time ?? ''}
            onChange={(event) => {
              const { value } = event.currentTarget;
              if (value === '' && dueOn === undefined) return;
              onChange(withTime(dueOn ?? dateOf(today), value === '' ? undefined : value));
            }}
          />
        </label>
        {time !== undefined && dueOn !== undefined && (
          <button
            type="button"
            class="icon-button"
            aria-label={texts.noTime}
            onClick={(event) => {
              event.currentTarget.parentElement?.querySelector('input')?.focus();
              onChange(withTime(dueOn, undefined));
            }}
          >
            <Icon name="close" />
          </button>
        )}
        {canClear && (
          <button
            type="button"
            class="button quiet"
            onClick={() => {
              onChange(null);
              onClose();
            }}
          >
            {texts.noDate}
          </button>
        )}
        <button type="button" class="button" onClick={onClose}>
          {texts.close}
        </button>
      </div>
    </Popover>
  );
}
