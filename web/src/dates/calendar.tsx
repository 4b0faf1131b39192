import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp, useTextsOf } from '../ui/context.js';
import { Icon } from '../ui/icon.js';
import { dateOf } from './days.js';
import { formatDay } from './due-words.js';
import { addMonths, dayAfterKey, monthOf, weekStartOf } from './months.js';
import { dateTexts } from './texts.js';
import { MORE_ICONS } from '../ui/more-icons.js';

interface CalendarProps {
  /** Numbers of days. */
  readonly selected: number | undefined;
  readonly today: number;
  readonly onPick: (day: number) => void;
}

/** A month to pick a day from: the date grid of the ARIA Authoring Practices, with its keys. */
export function Calendar({ selected, today, onPick }: CalendarProps) {
  const language = useApp().app.language.code.value;
  const texts = useTextsOf(dateTexts);
  const titleId = useId();
  const grid = useRef<HTMLTableElement>(null);
  const [focused, setFocused] = useState(selected ?? today);
  const isMoving = useRef(false);
  // "en" alone would be the United States; the browser's own English may be another.
  const locale = navigator.languages.find((tag) => tag.startsWith(language)) ?? language;
  const weekStart = weekStartOf(locale);
  const { month, weeks } = monthOf(focused, weekStart);
  // Before the next key: a day of another month takes the place of the one with the focus.
  useLayoutEffect(() => {
    if (!isMoving.current) return;
    isMoving.current = false;
    grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }, [focused]);
  const show = (months: number): void => {
    setFocused(addMonths(focused, months));
  };
  return (
    <div class="calendar">
      <div class="calendar-head">
        <button
          type="button"
          class="icon-button"
          aria-label={texts.previousMonth}
          onClick={() => {
            show(-1);
          }}
        >
          <Icon path={MORE_ICONS.previous} />
        </button>
        <h2 id={titleId} aria-live="polite">
          {formatDay(focused, 'month', language)}
        </h2>
        <button
          type="button"
          class="icon-button"
          aria-label={texts.nextMonth}
          onClick={() => {
            show(1);
          }}
        >
          <Icon path={MORE_ICONS.next} />
        </button>
      </div>
      <table
        ref={grid}
        role="grid"
        aria-labelledby={titleId}
        onKeyDown={(event) => {
          const next = dayAfterKey(event.key, event.shiftKey, focused, weekStart);
          if (next !== undefined) {
            isMoving.current = true;
            setFocused(next);
          } else if (event.key === 'Enter' || event.key === ' ') onPick(focused);
          else return;
          event.preventDefault();
        }}
      >
        <thead>
          <tr>
            {weeks[0]?.map((day) => (
              <th key={day} scope="col" abbr={formatDay(day, 'weekdayName', language)}>
                {formatDay(day, 'weekday', language).slice(0, 2)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <td
                  key={day}
                  role="gridcell"
                  tabIndex={day === focused ? 0 : -1}
                  class={dateOf(day).startsWith(month) ? undefined : 'is-outside'}
                  aria-selected={day === selected}
                  aria-current={day === today ? 'date' : undefined}
                  aria-label={formatDay(day, 'full', language)}
                  onClick={() => {
                    onPick(day);
                  }}
                >
                  <span>{Number(dateOf(day).slice(8))}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="visually-hidden">{texts.calendarHint}</p>
    </div>
  );
}
