import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { NAME_MAX_LENGTH } from '@tasks/idl';
import type { List } from '../api/lists-api.js';
import type { Paste } from '../dates/paste.js';
import { listQuery, QuickAdd, type ListChoice } from '../dates/quick-add-field.js';
import { canEdit } from '../state/lists.js';
import type { TaskDraft } from '../state/task-model.js';
import { dayOf, wallClockOf } from '../state/wall-clock.js';
import { useApp, useOpenAccount, useTexts } from '../ui/context.js';
import { Icon } from '../ui/icon.js';
import { Lazy } from '../ui/lazy.js';
import { runSoon } from '../ui/rendering.js';

/** Number of unsaved tasks above which their progress is shown. */
const MANY_TASKS = 20;

/** What the field held when lines were pasted, and the parts of it before and after them. */
interface Typed {
  readonly value: string;
  readonly before: string;
  readonly after: string;
}

/** Lines that wait for a decision. */
interface Pasted {
  readonly paste: Paste;
  readonly typed: Typed;
}

/** The field for a new task. Enter adds it and keeps the focus for the next; pasted lines can become several tasks. */
export function NewTask() {
  const { app, router } = useApp();
  const { lists, notices, tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const quickAdd = useMemo(
    () => new QuickAdd(tasks.draft, { language: app.language.code, now: () => wallClockOf(Date.now()) }),
    [tasks],
  );
  const field = useRef<HTMLInputElement>(null);
  const [pasted, setPasted] = useState<Pasted>();
  const [announcement, setAnnouncement] = useState('');
  const { view } = router.route.value;
  const list = (view?.kind === 'list' ? lists.find(view.list) : undefined) ?? lists.first;
  const isShown = list !== undefined && canEdit(list);
  useLayoutEffect(() => {
    if (!isShown) return;
    // It forces a layout.
    runSoon(() => {
      const isFree = document.activeElement === null || document.activeElement === document.body;
      // On a touch screen the keyboard would cover half of the page.
      if (isFree && matchMedia('(hover: hover)').matches) field.current?.focus();
    });
  }, [isShown]);
  // Keeps its space until the lists are known.
  if (list === undefined) return <div class="new-task is-waiting" />;
  if (!isShown) {
    return (
      <>
        <p class="view-only">{texts.viewOnlyList}</p>
        <Progress />
      </>
    );
  }

  /** What the view gives each of its tasks, so that it shows them. */
  const withView = (draft: TaskDraft): TaskDraft => {
    if (view?.kind === 'today') return { dueOn: dayOf(Date.now()), ...draft };
    if (view?.kind === 'upcoming') return { dueOn: dayOf(Date.now(), 1), ...draft };
    return view?.kind === 'starred' ? { starred: true, ...draft } : draft;
  };
  const placeholders = {
    today: texts.newTaskToday,
    upcoming: texts.newTaskTomorrow,
    list: texts.newTaskPlaceholder,
    starred: texts.newTaskIn(lists.nameOf(list)),
    all: texts.newTaskIn(lists.nameOf(list)),
  };
  const placeholder = placeholders[view?.kind ?? 'all'];
  const submit = (event: Event): void => {
    event.preventDefault();
    if (pasted) {
      addSeveral(pasted);
      return;
    }
    const { name, details } = quickAdd.take();
    const { list: chosen = list.id, ...fields } = details;
    const added = tasks.add(chosen, withView({ name, ...fields }));
    if (added !== undefined) {
      tasks.draft.value = '';
      if (tasks.list.rows.peek().some(({ id }) => id === added)) setAnnouncement(texts.added(name));
      else showHidden(added, name, lists.find(chosen) ?? list);
    }
    field.current?.focus();
  };
  /** Says where a task went that the view does not show. */
  const showHidden = (id: string, name: string, to: List): void => {
    const open = (): void => {
      router.openTask(id);
    };
    notices.show(texts.addedHidden(name, lists.nameOf(to)), { action: { label: texts.details, run: open } });
  };
  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!/[\r\n]/.test(text.trim())) return;
    event.preventDefault();
    // What was typed before begins the first task, as in any paste.
    const { value, selectionStart, selectionEnd } = event.currentTarget as HTMLInputElement;
    const [before, after] = [value.slice(0, selectionStart ?? undefined), value.slice(selectionEnd ?? undefined)];
    const typed = { value, before, after };
    const pasteAsOne = (): void => {
      fill(typed, text.trim().replace(/\s+/g, ' '));
    };
    const read = async (): Promise<void> => {
      const { readPaste } = await import('../dates/paste-offer.js');
      const language = app.language.code.peek();
      const paste = await readPaste(text, { before, after, language, now: wallClockOf(Date.now()) });
      if (paste.tasks.length > 1) setPasted({ paste, typed });
      else pasteAsOne();
    };
    read().catch(pasteAsOne);
  };
  /** Puts pasted text where it was pasted, or takes away what was typed then. What was typed since stays behind it. */
  const fill = ({ value, before, after }: Typed, text?: string): void => {
    const draft = tasks.draft.peek();
    const whole = text === undefined ? '' : before + text + after;
    // Where the rest was edited since, the text follows it.
    const [first, last] = draft.startsWith(value) ? [whole, draft.slice(value.length)] : [draft.trimEnd(), text];
    tasks.draft.value = [first, last].filter(Boolean).join(' ').slice(0, NAME_MAX_LENGTH);
  };
  const endPaste = (): void => {
    setPasted(undefined);
    field.current?.focus();
  };
  const addSeveral = ({ paste, typed }: Pasted): void => {
    tasks.addAll(list.id, paste.tasks.map(withView));
    fill(typed);
    endPaste();
  };

  return (
    <form class="new-task" onSubmit={submit} autocomplete="off">
      <label class="new-task-field">
        <span class="visually-hidden">{texts.newTask}</span>
        <Icon name="plus" />
        <input
          ref={field}
          id="new-task"
          name="task"
          dir="auto"
          enterkeyhint="done"
          maxLength={NAME_MAX_LENGTH}
          placeholder={placeholder}
          value={tasks.draft.value}
          onInput={(event) => {
            tasks.draft.value = event.currentTarget.value;
            void quickAdd.load();
          }}
          onPaste={onPaste}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setPasted(undefined);
            const { value, selectionStart, selectionEnd } = event.currentTarget;
            const isAtEnd = selectionStart === selectionEnd && selectionEnd === value.length;
            if (event.key === 'Backspace' && isAtEnd && quickAdd.takeBackLast()) event.preventDefault();
          }}
        />
      </label>
      {!pasted && (
        <button type="submit" class="button primary new-task-button" aria-disabled={tasks.draft.value.trim() === ''}>
          <Icon name="up" />
          <span>{texts.addButton}</span>
        </button>
      )}
      <Understood quickAdd={quickAdd} field={field} />
      {pasted && (
        <Lazy
          load={async () => (await import('../dates/paste-offer.js')).PasteOffer}
          paste={pasted.paste}
          onAsOne={() => {
            fill(pasted.typed, pasted.paste.asOne);
            endPaste();
          }}
        />
      )}
      <Progress />
      <p class="visually-hidden" role="status">
        {announcement}
      </p>
    </form>
  );
}

/** What quick add understood of the text, and the lists to choose from after `#`. */
function Understood({ quickAdd, field }: { quickAdd: QuickAdd; field: { current: HTMLInputElement | null } }) {
  const { lists } = useOpenAccount().workspace;
  const text = quickAdd.text.value;
  const [closed, setClosed] = useState<string>();
  const caret = useRef<number>(undefined);
  useLayoutEffect(() => {
    if (caret.current === undefined) return;
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  }, [text]);
  const query = text === closed ? undefined : listQuery(text, field.current?.selectionEnd ?? text.length);
  return (
    <>
      {quickAdd.result.value !== undefined && (
        <Lazy
          load={async () => (await import('../dates/quick-add-chips.js')).QuickAddChips}
          quickAdd={quickAdd}
          now={wallClockOf(Date.now())}
          onDecided={() => field.current?.focus()}
        />
      )}
      {query !== undefined && field.current && (
        <Lazy
          load={async () => (await import('../dates/list-menu.js')).ListMenu}
          query={query}
          lists={lists.lists.value.filter(canEdit).map((list) => ({ id: list.id, name: lists.nameOf(list) }))}
          field={field.current}
          onChoose={(list: ListChoice) => {
            caret.current = quickAdd.chooseList(list, field.current?.selectionEnd ?? text.length);
          }}
          onClose={() => {
            setClosed(text);
          }}
        />
      )}
    </>
  );
}

/** Progress of a long paste. It stays to say that all is stored, which may be so before its part is loaded. */
function Progress() {
  const { stored, total } = useOpenAccount().workspace.tasks.queue.progress.value;
  const isLong = total > MANY_TASKS;
  const [count, setCount] = useState(0);
  useLayoutEffect(() => {
    if (isLong) setCount(total);
  }, [isLong, total]);
  if (count === 0) return null;
  return <Lazy load={async () => (await import('./progress.js')).Progress} {...{ stored, count, isLong }} />;
}
