import { signal } from '@preact/signals';

const text = signal('');

/** Lets screen readers say a text. */
export function announce(message: string): void {
  text.value = message;
}

/** Where screen readers find what is announced. */
export function Announcer() {
  return (
    <p class="visually-hidden" role="status">
      {text}
    </p>
  );
}
