import { useEffect, useRef, useState } from 'preact/hooks';
import { fromQuery } from '../state/route.js';
import type { TaskQuery } from '../state/task.js';
import { useApp, useOpenAccount, useTexts } from '../ui/context.js';
import { Icon } from '../ui/icon.js';

/** Pause in typing after which the search starts. */
const TYPING_MS = 200;

/** Filter and search. Both are part of the address, so that Back and bookmarks work. */
export function FilterBar() {
  const { router } = useApp();
  const { tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const { query } = router.route.value;
  const counts = tasks.list.counts.value;
  const filters = [
    ['all', texts.all, counts && counts.open + counts.done],
    ['open', texts.open, counts?.open],
    ['done', texts.done, counts?.done],
  ] as const;
  return (
    <div class="filter-bar">
      <nav class="filters" aria-label={texts.filter}>
        {filters.map(([filter, label, count]) => (
          <a
            key={filter}
            href={fromQuery({ ...query, filter })}
            aria-current={query.filter === filter ? 'page' : undefined}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              router.showQuery({ ...query, filter });
            }}
          >
            {label} <span class="count">{count ?? ''}</span>
          </a>
        ))}
      </nav>
      <Search query={query} />
    </div>
  );
}

function Search({ query }: { query: TaskQuery }) {
  const { router } = useApp();
  const texts = useTexts();
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [text, setText] = useState(query.text);
  // Back and "Show all" change the address; the field follows unless the user is typing.
  useEffect(() => {
    clearTimeout(timer.current);
    setText(query.text);
  }, [query.text]);
  const search = (now: string): void => {
    clearTimeout(timer.current);
    const text = now.trim() === '' ? '' : now;
    if (text !== router.route.peek().query.text) router.showQuery({ ...router.route.peek().query, text });
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
            document.getElementById('new-task')?.focus();
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
