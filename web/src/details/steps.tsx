import { useRef, useState } from 'preact/hooks';
import { stepsOf, withNewStep, withoutStep, withStepDone, withStepText, type Step } from '../dates/steps.js';
import { useTextsOf } from '../ui/context.js';
import { Icon } from '../ui/icon.js';
import { detailsTexts } from './texts.js';

interface StepsProps {
  readonly note: string;
  readonly readOnly: boolean;
  readonly onChange: (note: string) => void;
}

/** The steps of a note, to tick, rename, remove and add. */
export function Steps({ note, readOnly, onChange }: StepsProps) {
  const texts = useTextsOf(detailsTexts);
  const adding = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const steps = stepsOf(note);
  const add = (): void => {
    if (text.trim() === '') return;
    setText('');
    onChange(withNewStep(note, text));
  };
  if (readOnly && steps.length === 0) return null;
  return (
    <div class="steps">
      {steps.length > 0 && (
        <ul aria-label={texts.steps}>
          {steps.map((step, place) => (
            <StepRow
              key={step.line}
              step={step}
              place={place + 1}
              readOnly={readOnly}
              onDone={(done) => {
                onChange(withStepDone(note, step.line, done));
              }}
              onText={(changed) => {
                onChange(withStepText(note, step.line, changed));
              }}
              onRemove={() => {
                adding.current?.focus();
                onChange(withoutStep(note, step.line));
              }}
              onNext={() => adding.current?.focus()}
            />
          ))}
        </ul>
      )}
      {!readOnly && (
        <label class="add-step">
          <Icon name="plus" />
          <input
            ref={adding}
            dir="auto"
            autocomplete="off"
            enterkeyhint="done"
            aria-label={texts.addStep}
            placeholder={texts.addStep}
            value={text}
            onInput={(event) => {
              setText(event.currentTarget.value);
            }}
            onKeyDown={(event) => {
              if (event.isComposing || event.key !== 'Enter') return;
              event.preventDefault();
              add();
            }}
            onBlur={add}
          />
        </label>
      )}
    </div>
  );
}

interface StepRowProps {
  readonly step: Step;
  readonly place: number;
  readonly readOnly: boolean;
  readonly onDone: (done: boolean) => void;
  readonly onText: (text: string) => void;
  readonly onRemove: () => void;
  readonly onNext: () => void;
}

function StepRow({ step, place, readOnly, onDone, onText, onRemove, onNext }: StepRowProps) {
  const texts = useTextsOf(detailsTexts);
  const [draft, setDraft] = useState<string>();
  const commit = (): void => {
    if (draft === undefined) return;
    setDraft(undefined);
    if (draft.trim() !== step.text) onText(draft);
  };
  return (
    <li class={step.done ? 'step is-done' : 'step'}>
      <input
        type="checkbox"
        class="check"
        checked={step.done}
        disabled={readOnly}
        aria-label={texts.stepDone(step.text)}
        onChange={(event) => {
          onDone(event.currentTarget.checked);
        }}
      />
      <input
        class="step-text"
        dir="auto"
        autocomplete="off"
        enterkeyhint="next"
        aria-label={texts.step(place)}
        readOnly={readOnly}
        value={draft ?? step.text}
        onInput={(event) => {
          setDraft(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.isComposing) return;
          if (event.key === 'Enter') {
            event.preventDefault();
            commit();
            onNext();
          }
          if (event.key === 'Backspace' && event.currentTarget.value === '') {
            event.preventDefault();
            onRemove();
          }
        }}
        onBlur={commit}
      />
      {!readOnly && (
        <button type="button" class="icon-button" aria-label={texts.removeStep(step.text)} onClick={onRemove}>
          <Icon name="close" />
        </button>
      )}
    </li>
  );
}
