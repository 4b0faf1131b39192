import { useState } from 'preact/hooks';

/** Copies a text. */
export function CopyButton({ label, text }: { label: string; text: () => string }) {
  const [copied, setCopied] = useState<string>();
  const copy = async (): Promise<void> => {
    const value = text();
    try {
      await navigator.clipboard.writeText(value);
      setCopied(value);
    } catch {
      setCopied(undefined);
    }
  };
  return (
    <button type="button" class="button quiet" onClick={() => void copy()}>
      <span aria-live="polite">{copied !== undefined && copied === text() ? 'Copied' : label}</span>
    </button>
  );
}
