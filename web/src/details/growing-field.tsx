import type { TargetedKeyboardEvent, TextareaHTMLAttributes } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface GrowingFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** Runs when the field loses the focus, and when the panel closes with it. */
  readonly onCommit: () => void;
  readonly onKeyDown?: (event: TargetedKeyboardEvent<HTMLTextAreaElement>) => void;
  readonly class: string;
  readonly placeholder?: string;
  readonly maxLength: number;
  readonly readOnly: boolean;
  readonly enterkeyhint?: TextareaHTMLAttributes['enterkeyhint'];
}

/** A text field as high as its text; where the styles can't do that, after each change. */
export function GrowingField({ label, value, onInput, onCommit, ...field }: GrowingFieldProps) {
  const element = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null || CSS.supports('field-sizing', 'content')) return undefined;
    const fit = (): void => {
      current.style.height = 'auto';
      current.style.height = `${String(current.scrollHeight)}px`;
    };
    fit();
    addEventListener('resize', fit);
    return () => {
      removeEventListener('resize', fit);
    };
  }, [value]);
  return (
    <textarea
      ref={element}
      aria-label={label}
      rows={1}
      dir="auto"
      value={value}
      onInput={(event) => {
        onInput(event.currentTarget.value);
      }}
      onBlur={onCommit}
      {...field}
    />
  );
}
