import { useRef, useState } from 'preact/hooks';
import { useTextsOf } from './context.js';
import { formTexts } from './texts.js';

interface CopyButtonProps {
  text: string;
  primary?: boolean;
  /** Selects the shown text, for the user to copy it, where the page can't. */
  onFailed?: () => void;
}

/** Copies a text, also on plain http, where pages can't use the clipboard API. */
export function CopyButton({ text, primary, onFailed }: CopyButtonProps) {
  const texts = useTextsOf(formTexts);
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    const isCopied = await copyText(text);
    setCopied(isCopied);
    if (!isCopied) onFailed?.();
  };
  return (
    <button type="button" class={`button${primary ? ' primary' : ''}`} onClick={() => void copy()}>
      <span aria-live="polite">{copied ? texts.copied : texts.copy}</span>
    </button>
  );
}

async function copyText(text: string): Promise<boolean> {
  const clipboard = (navigator as { clipboard?: Clipboard }).clipboard;
  if (clipboard) {
    try {
      await clipboard.writeText(text);
      return true;
    } catch {
      // Not permitted here: the fallback below may still work.
    }
  }
  const onCopy = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  };
  document.addEventListener('copy', onCopy);
  const done = document.execCommand('copy');
  document.removeEventListener('copy', onCopy);
  return done;
}

/** A secret that is shown once, to be read, selected or copied. */
export function Secret({ label, value }: { label: string; value: string }) {
  const field = useRef<HTMLOutputElement>(null);
  return (
    <div class="field">
      <span class="label" id="secret-label">
        {label}
      </span>
      <output
        ref={field}
        class="secret"
        aria-labelledby="secret-label"
        onClick={() => {
          if (field.current) getSelection()?.selectAllChildren(field.current);
        }}
      >
        {value}
      </output>
    </div>
  );
}
