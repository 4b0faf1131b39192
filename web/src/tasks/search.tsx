import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp, useTexts } from '../ui/context.js';
import { Icon } from '../ui/icon.js';

/** Pause in typing after which the address and the list follow. */
const TYPING_MS = 120;

/** Searches all lists. The words are part of the address, so that Back and bookmarks work. */
export function Search() {
  const { router } = useApp();
  const texts = useTexts();
  const shown = router.route.value.text;
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef(shown);
  const [text, setText] = useState(shown);
  // Back changes the address, and the field follows; what it sent itself may be behind what has been typed since.
  useEffect(() => {
    if (shown === sent.current) return;
    sent.current = shown;
    clearTimeout(timer.current);
    setText(shown);
  }, [shown]);
  const search = (now: string): void => {
    clearTimeout(timer.current);
    const words = now.trim();
    sent.current = words;
    if (words !== router.route.peek().text) router.search(words);
  };
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        search(text);
      }}
    >
      <label>
        <span class="visually-hidden">{texts.search}</span>
        <Icon name="search" />
        <input
          ref={field}
          id="search"
          type="search"
          dir="auto"
          enterkeyhint="search"
          autocomplete="off"
          maxLength={256}
          placeholder={texts.searchPlaceholder}
          value={text}
          onInput={(event) => {
            const { value } = event.currentTarget;
            setText(value);
            clearTimeout(timer.current);
            timer.current = setTimeout(() => {
              search(value);
            }, TYPING_MS);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.preventDefault();
            setText('');
            search('');
            // The field for a new task takes the focus when it is there again.
            const newTask = document.getElementById('new-task');
            if (newTask) newTask.focus();
            else event.currentTarget.blur();
          }}
        />
      </label>
      {text !== '' && (
        <button
          type="button"
          class="icon-button"
          aria-label={texts.clearSearch}
          onClick={() => {
            setText('');
            search('');
            field.current?.focus();
          }}
        >
          <Icon name="close" />
        </button>
      )}
    </form>
  );
}
