import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp, useTextsOf } from '../ui/context.js';
import { dateOf, weekdayOf } from './days.js';
import { formatDay } from './due-words.js';
import { dayOfMonth, weekdayOfMonth } from './repeat-presets.js';
import { formatRule, makeRule, parseRule, type Frequency, type RepeatRule } from './repeat-rule.js';
import { capitalized, repeatWords } from './repeat-words.js';
import { dateTexts } from './texts.js';

const FREQUENCIES: readonly Frequency[] = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
/** A Monday, for the names of weekdays. */
const MONDAY = 4;
const INTERVAL_MAX = 999;
const COUNT_MAX = 9_999;

interface RuleFormProps {
  /** The day that the rule begins on. */
  readonly day: number;
  readonly rule: string | undefined;
  readonly onApply: (rule: string) => void;
  readonly onCancel: () => void;
}

/** A form for an interval, its days and its end. Says the rule in words while it is made. */
export function RuleForm({ day, rule, onApply, onCancel }: RuleFormProps) {
  const language = useApp().app.language.code.value;
  const texts = useTextsOf(dateTexts);
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState<RepeatRule>(
    () =>
      (rule === undefined ? undefined : parseRule(rule)) ??
      makeRule('WEEKLY', { weekdays: [{ weekday: weekdayOf(day) }] }),
  );
  useEffect(() => {
    form.current?.querySelector('input')?.focus();
  }, []);
  const { frequency, interval } = draft;
  const change = (parts: Partial<RepeatRule>): void => {
    setDraft({ ...draft, ...parts });
  };
  const text = formatRule(draft);
  return (
    <form
      ref={form}
      class="rule-form"
      onSubmit={(event) => {
        event.preventDefault();
        onApply(text);
      }}
    >
      <div class="rule-row">
        <label class="rule-row">
          <span>{texts.every}</span>
          <NumberField
            value={interval}
            max={INTERVAL_MAX}
            onChange={(value) => {
              change({ interval: value });
            }}
          />
        </label>
        <select
          aria-label={texts.unit}
          value={frequency}
          onChange={(event) => {
            setDraft({
              ...startOf(event.currentTarget.value as Frequency, day),
              interval,
              until: draft.until,
              count: draft.count,
            });
          }}
        >
          {FREQUENCIES.map((one) => (
            <option key={one} value={one}>
              {texts.units(interval)[one]}
            </option>
          ))}
        </select>
      </div>
      {frequency === 'WEEKLY' && (
        <fieldset class="weekdays">
          <legend>{texts.onDays}</legend>
          {Array.from({ length: 7 }, (_, weekday) => (
            <label key={weekday} class="weekday">
              <input
                type="checkbox"
                aria-label={formatDay(MONDAY + weekday, 'weekdayName', language)}
                checked={draft.weekdays.some((one) => one.weekday === weekday)}
                onChange={(event) => {
                  const others = draft.weekdays.filter((one) => one.weekday !== weekday);
                  const { checked } = event.currentTarget;
                  const weekdays = checked ? [...others, { weekday }] : others;
                  change({ weekdays: weekdays.sort((one, other) => one.weekday - other.weekday) });
                }}
              />
              <span aria-hidden="true">{formatDay(MONDAY + weekday, 'weekday', language).slice(0, 2)}</span>
            </label>
          ))}
        </fieldset>
      )}
      {frequency === 'MONTHLY' && <DaysOfMonth day={day} draft={draft} onChange={change} />}
      <Ending day={day} draft={draft} onChange={change} />
      <p class="rule-words" role="status">
        {capitalized(repeatWords(text, language))}
      </p>
      <div class="picker-foot">
        <button type="button" class="button quiet" onClick={onCancel}>
          {texts.cancel}
        </button>
        <button type="submit" class="button primary">
          {texts.apply}
        </button>
      </div>
    </form>
  );
}

/** Returns the rule that a unit begins with. */
function startOf(frequency: Frequency, day: number): RepeatRule {
  const [, month = 1, date = 1] = dateOf(day).split('-').map(Number);
  switch (frequency) {
    case 'DAILY':
      return makeRule('DAILY');
    case 'WEEKLY':
      return makeRule('WEEKLY', { weekdays: [{ weekday: weekdayOf(day) }] });
    case 'MONTHLY':
      return makeRule('MONTHLY', dayOfMonth(date));
    case 'YEARLY':
      return makeRule('YEARLY', { months: [month], ...dayOfMonth(date) });
  }
}

interface PartProps {
  readonly day: number;
  readonly draft: RepeatRule;
  readonly onChange: (parts: Partial<RepeatRule>) => void;
}

/** The 15th, the last day, the second Tuesday, the last Friday: and the days that the rule has, if they are others. */
function DaysOfMonth({ day, draft, onChange }: PartProps) {
  const language = useApp().app.language.code.value;
  const texts = useTextsOf(dateTexts);
  const weekday = weekdayOf(day);
  const none = { monthDays: [], weekdays: [], lastOnly: false };
  const choices = [
    { ...none, ...dayOfMonth(Number(dateOf(day).slice(8))) },
    { ...none, monthDays: [-1] },
    { ...none, weekdays: [weekdayOfMonth(day)] },
    { ...none, weekdays: [{ weekday, ordinal: -1 }] },
    { ...none, monthDays: draft.monthDays, weekdays: draft.weekdays, lastOnly: draft.lastOnly },
  ];
  const byRule = new Map(choices.map((choice) => [formatRule(makeRule('MONTHLY', choice)), choice]));
  const current = formatRule(makeRule('MONTHLY', choices.at(-1)));
  return (
    <label class="rule-row">
      <span>{texts.onDay}</span>
      <select
        value={current}
        onChange={(event) => {
          const choice = byRule.get(event.currentTarget.value);
          if (choice) onChange(choice);
        }}
      >
        {[...byRule.keys()].map((rule) => (
          <option key={rule} value={rule}>
            {dayWords(rule, language)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** "the 15th" of "every month on the 15th". */
function dayWords(rule: string, language: 'en' | 'de'): string {
  return repeatWords(rule, language).replace(/^.*? (?:on|am) /, '');
}

function Ending({ day, draft, onChange }: PartProps) {
  const texts = useTextsOf(dateTexts);
  const ending = draft.until !== undefined ? 'until' : draft.count !== undefined ? 'count' : 'never';
  return (
    <>
      <label class="rule-row">
        <span>{texts.ends}</span>
        <select
          value={ending}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            onChange({
              until: chosen === 'until' ? dateOf(day + 90) : undefined,
              count: chosen === 'count' ? 10 : undefined,
            });
          }}
        >
          <option value="never">{texts.never}</option>
          <option value="until">{texts.onDate}</option>
          <option value="count">{texts.afterTimes}</option>
        </select>
      </label>
      {draft.until !== undefined && (
        <label class="rule-row">
          <span>{texts.lastDate}</span>
          <input
            type="date"
            min={dateOf(day)}
            value={draft.until.slice(0, 10)}
            onChange={(event) => {
              const { value } = event.currentTarget;
              if (value !== '') onChange({ until: value });
            }}
          />
        </label>
      )}
      {draft.count !== undefined && (
        <label class="rule-row">
          <span>{texts.times}</span>
          <NumberField
            value={draft.count}
            max={COUNT_MAX}
            onChange={(count) => {
              onChange({ count });
            }}
          />
        </label>
      )}
    </>
  );
}

interface NumberFieldProps {
  readonly value: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

function NumberField({ value, max, onChange }: NumberFieldProps) {
  return (
    <input
      type="number"
      inputMode="numeric"
      min={1}
      max={max}
      required
      value={value}
      onInput={(event) => {
        const { valueAsNumber } = event.currentTarget;
        if (Number.isInteger(valueAsNumber) && valueAsNumber >= 1 && valueAsNumber <= max) onChange(valueAsNumber);
      }}
    />
  );
}
