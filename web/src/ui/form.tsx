import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ApiError, asApiError } from '../api/api-error.js';
import { clockTime } from '../i18n/dates.js';
import { useApp, useTexts, useTextsOf } from './context.js';
import { useCountdown } from './countdown.js';
import { formTexts } from './texts.js';

/** State of a form after its last attempt. */
interface FormState {
  readonly state: 'idle' | 'sending' | 'failed';
  readonly error?: ApiError | undefined;
  /** Fields that are empty. */
  readonly missing: readonly string[];
}

/** Fields at which problems of the whole request are shown: the first that the form has. */
const FIELDS_OF: Readonly<Record<string, readonly string[]>> = {
  'username-taken': ['username'],
  'wrong-credentials': ['recoveryCode', 'password'],
  'wrong-password': ['currentPassword', 'password'],
};

interface FormProps {
  required: readonly string[];
  button: string;
  danger?: boolean;
  /** Submits the form. Throws ApiError. */
  onSubmit: (values: Record<string, string>) => Promise<void>;
  children: (errorOf: (field: string) => string | undefined) => ComponentChildren;
  /** Placed beside the button. */
  beside?: ComponentChildren;
}

/**
 * A form that shows errors of a field at the field, and all others above its button. After an error the focus is on the
 * first field with one.
 */
export function Form({ required, button, danger, onSubmit, children, beside }: FormProps) {
  const { app } = useApp();
  const shared = useTexts();
  const texts = useTextsOf(formTexts);
  const element = useRef<HTMLFormElement>(null);
  const [form, setForm] = useState<FormState>({ state: 'idle', missing: [] });
  const [until, setUntil] = useState(0);
  const seconds = useCountdown(until);
  const { error } = form;
  const problem = ({ type }: ApiError): string => texts.problems[type] ?? shared.problem(type);
  const errorOf = (field: string): string | undefined => {
    if (form.missing.includes(field)) return texts.required;
    const fault = error?.errors.find(({ pointer }) => pointer === `/${field}`);
    if (fault) return texts.rules[fault.code]?.(fault.limit) ?? shared.rejection(error?.type ?? '', fault);
    return error !== undefined && field === fieldOf(error) ? problem(error) : undefined;
  };
  const fieldOf = ({ type }: ApiError): string | undefined =>
    FIELDS_OF[type]?.find((field) => required.includes(field));
  const isAtFields = error !== undefined && (error.errors.length > 0 || fieldOf(error) !== undefined);

  useLayoutEffect(() => {
    element.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [form]);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (form.state === 'sending' || seconds > 0 || element.current === null) return;
    const values = Object.fromEntries(
      [...new FormData(element.current)].map(([name, value]) => [name, typeof value === 'string' ? value : '']),
    );
    const missing = required.filter((field) => (values[field] ?? '').trim() === '');
    if (missing.length > 0) {
      setForm({ state: 'failed', missing });
      return;
    }
    setForm({ state: 'sending', missing: [] });
    try {
      await onSubmit(values);
      setForm({ state: 'idle', missing: [] });
    } catch (thrown) {
      const failure = asApiError(thrown);
      // The page asks for the password, or shows the other account.
      if (failure.isSessionLost) {
        setForm({ state: 'idle', missing: [] });
        return;
      }
      if (failure.retryAfterSeconds !== undefined) setUntil(Date.now() + failure.retryAfterSeconds * 1000);
      setForm({ state: 'failed', error: failure, missing: [] });
    }
  };

  return (
    <form ref={element} class="form" noValidate onSubmit={(event) => void submit(event)}>
      {children(errorOf)}
      <div role="alert" class="form-alert">
        {error !== undefined && !isAtFields && (
          <p class="form-error">
            {problem(error)} {seconds > 0 && texts.waitUntil(clockTime(until, app.language.code.value))}
          </p>
        )}
      </div>
      <div class="form-buttons">
        <button
          type="submit"
          class={`button ${danger ? 'danger' : 'primary'}`}
          aria-disabled={form.state === 'sending' || seconds > 0}
        >
          {seconds > 0 ? texts.waiting(button, seconds) : button}
        </button>
        {beside}
      </div>
    </form>
  );
}
