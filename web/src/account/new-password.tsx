import { useRef, useState } from 'preact/hooks';
import { PasswordField } from '../ui/fields.js';
import { CopyButton } from '../ui/secret.js';
import { makePassphrase } from './passphrase.js';
import { useAccountTexts } from './texts.js';

interface NewPasswordProps {
  name: string;
  label: string;
  error?: string | undefined;
  /** In characters, if it is known. */
  minLength: number | undefined;
}

/** A field for a new password that starts with a suggested passphrase. */
export function NewPassword({ name, label, error, minLength }: NewPasswordProps) {
  const texts = useAccountTexts();
  const [suggestion, setSuggestion] = useState<string>();
  const [value, setValue] = useState('');
  const field = useRef<HTMLDivElement>(null);
  const suggest = async (): Promise<void> => {
    const { words } = await import('./words.js');
    setSuggestion(makePassphrase(words, (numbers) => crypto.getRandomValues(numbers)));
  };
  const use = (): void => {
    setValue(suggestion ?? '');
    field.current?.querySelector('input')?.focus();
  };
  return (
    <div ref={field} class="new-password">
      <PasswordField
        name={name}
        label={label}
        hint={texts.passwordHint(minLength)}
        error={error}
        autocomplete="new-password"
        value={value}
        onInput={(event) => {
          setValue(event.currentTarget.value);
        }}
        beside={
          <button type="button" class="text-button" onClick={() => void suggest()}>
            {suggestion === undefined ? texts.suggest : texts.suggestAnother}
          </button>
        }
        before={
          suggestion !== undefined && (
            <div class="suggestion" role="group" aria-label={texts.suggestion}>
              <output class="secret">{suggestion}</output>
              <p class="hint">{texts.passphraseNote}</p>
              <div class="row-buttons">
                <button type="button" class="button" onClick={use}>
                  {texts.usePassphrase}
                </button>
                <CopyButton text={suggestion} />
              </div>
            </div>
          )
        }
      />
    </div>
  );
}
