import { useState } from 'preact/hooks';
import { useApp, useTextsOf } from '../ui/context.js';
import { Icon } from '../ui/icon.js';
import { dateOf, dayNumber } from './days.js';
import { formatDay } from './due-words.js';
import { Popover } from './popover.js';
import { presetsFor } from './repeat-presets.js';
import { firstDay, parseRule } from './repeat-rule.js';
import { capitalized, repeatWords } from './repeat-words.js';
import { RuleForm } from './rule-form.js';
import { dateTexts } from './texts.js';

interface RepeatPickerProps {
  readonly anchor: HTMLElement;
  readonly rule: string | undefined;
  readonly dueOn: string | undefined;
  /** The reader's wall clock. */
  readonly now: string;
  /** `dueOn` is set with a rule of a task that has no date. */
  readonly onChange: (change: { repeat: string | null; dueOn?: string }) => void;
  readonly onClose: () => void;
}

/** Rules in words, and a form for one's own. A task without a date gets the first one of the rule. */
export function RepeatPicker({ anchor, rule, dueOn, now, onChange, onClose }: RepeatPickerProps) {
  const language = useApp().app.language.code.value;
  const texts = useTextsOf(dateTexts);
  const [isCustom, setCustom] = useState(false);
  const day = dayNumber(dueOn ?? now);
  const presets = presetsFor(day);
  const offered = rule === undefined || presets.includes(rule) ? presets : [rule, ...presets];
  const firstOf = (text: string): string => {
    const parsed = parseRule(text);
    return dateOf(parsed ? firstDay(parsed, day) : day);
  };
  const choose = (repeat: string | null): void => {
    onChange(repeat === null || dueOn !== undefined ? { repeat } : { repeat, dueOn: firstOf(repeat) });
    onClose();
  };
  return (
    <Popover label={texts.repeat} anchor={anchor} onClose={onClose}>
      {isCustom ? (
        <RuleForm
          day={day}
          rule={rule}
          onApply={choose}
          onCancel={() => {
            setCustom(false);
          }}
        />
      ) : (
        <ul class="repeat-rules">
          {[undefined, ...offered].map((text) => (
            <li key={text ?? ''}>
              <button
                type="button"
                class="choice"
                aria-pressed={text === rule}
                onClick={() => {
                  choose(text ?? null);
                }}
              >
                <span>{text === undefined ? texts.noRepeat : capitalized(repeatWords(text, language))}</span>
                {text !== undefined && dueOn === undefined && (
                  <span class="menu-hint">{texts.from(formatDay(dayNumber(firstOf(text)), 'day', language))}</span>
                )}
                {text === rule && <Icon name="check" />}
              </button>
            </li>
          ))}
          <li>
            <button
              type="button"
              class="choice"
              onClick={() => {
                setCustom(true);
              }}
            >
              {texts.custom}…
            </button>
          </li>
        </ul>
      )}
    </Popover>
  );
}
