import type { ComponentChildren, TargetedInputEvent } from 'preact';
import { useId, useState } from 'preact/hooks';
import { useTextsOf } from './context.js';
import { formTexts } from './texts.js';
import { Icon } from './icon.js';

const EYE = 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM15 12a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z';
const EYE_OFF =
  'M4 4l16 16M9.5 5.9A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a16 16 0 0 1-3 3.7M6.3 7.6A15 15 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4.2-1M10 10a3 3 0 0 0 4.2 4.2';

interface FieldProps {
  name: string;
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  /** The autocomplete value for password managers. */
  autocomplete: string;
  autofocus?: boolean;
  maxLength?: number;
  readOnly?: boolean;
  value?: string;
  onInput?: (event: TargetedInputEvent<HTMLInputElement>) => void;
}

/** A labelled text field with a hint below it, or an error in its place. */
export function TextField({ label, hint, error, ...input }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} autocapitalize="none" spellcheck={false} {...described(id, hint, error)} {...input} />
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}

interface PasswordFieldProps extends FieldProps {
  /** Placed beside the label. */
  beside?: ComponentChildren;
  /** Placed between the label and the field. */
  before?: ComponentChildren;
}

/** A password field that can be shown, pasted into, and filled by password managers. */
export function PasswordField({ label, hint, error, beside, before, ...input }: PasswordFieldProps) {
  const id = useId();
  const texts = useTextsOf(formTexts);
  const [shown, setShown] = useState(false);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {beside}
      {before}
      <div class="password">
        <input
          id={id}
          {...(shown ? { type: 'text' as const } : { type: 'password' as const })}
          autocapitalize="none"
          spellcheck={false}
          maxLength={1024}
          {...described(id, hint, error)}
          {...input}
        />
        <button
          type="button"
          class="icon-button"
          aria-label={shown ? texts.hidePassword : texts.showPassword}
          aria-controls={id}
          onClick={() => {
            setShown(!shown);
          }}
        >
          <Icon path={shown ? EYE_OFF : EYE} />
        </button>
      </div>
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}

function FieldNotes({ id, hint, error }: { id: string; hint: string | undefined; error: string | undefined }) {
  return (
    <>
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {error === undefined && hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </>
  );
}

function described(id: string, hint: string | undefined, error: string | undefined) {
  if (error !== undefined) return { 'aria-invalid': true, 'aria-describedby': `${id}-error` };
  return hint === undefined ? {} : { 'aria-describedby': `${id}-hint` };
}
