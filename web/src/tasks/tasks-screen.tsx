import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { canEdit } from '../state/lists.js';
import { pathOf } from '../state/route.js';
import type { View } from '../state/view.js';
import { Announcer } from '../ui/announcer.js';
import { useApp, useOpenAccount, useTexts } from '../ui/context.js';
import { Lazy } from '../ui/lazy.js';
import { ListArea } from './list-area.js';
import { NewTask } from './new-task.js';
import { Search } from './search.js';
import { listenForShortcuts } from './shortcuts.js';

/** The list, its field for new tasks, and the search. */
export function TasksScreen() {
  const { app, router } = useApp();
  const { lists, tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const [help, setHelp] = useState(false);
  const [renamed, setRenamed] = useState<string>();
  useShownTasks();
  useEffect(
    () =>
      listenForShortcuts(app.preferences, tasks, {
        help: () => {
          setHelp(true);
        },
      }),
    [],
  );
  const title = useTitle();
  useEffect(() => {
    document.title = title === '' ? texts.appName : `${title} · ${texts.appName}`;
  }, [title, texts]);
  const { view, text } = router.route.value;
  const isSearch = text !== '';
  const list = view?.kind === 'list' ? lists.find(view.list) : undefined;
  return (
    <>
      <div class="list-head">
        {list && renamed === list.id && (
          <Lazy
            load={async () => (await import('../lists/list-entries.js')).NameField}
            label={texts.listName}
            value={lists.nameOf(list)}
            onDone={(name: string | undefined, isKeyed: boolean) => {
              if (isKeyed) document.querySelector<HTMLElement>('.list-head .list-actions')?.focus();
              if (name !== undefined) lists.rename(list, name);
              setRenamed(undefined);
            }}
          />
        )}
        <h1 dir="auto" tabIndex={-1} class={list && renamed === list.id ? 'visually-hidden' : undefined}>
          {title === '' ? texts.appName : title}
        </h1>
        {view?.kind === 'list' && !isSearch && (
          <div class="list-head-menu">
            {list && (
              <Lazy
                key={list.id}
                load={async () => (await import('../lists/list-menu.js')).ListMenu}
                list={list}
                label={texts.thisListActions}
                onRename={() => {
                  setRenamed(list.id);
                }}
                onGone={() => {
                  document.getElementById('new-task')?.focus();
                }}
              />
            )}
          </div>
        )}
        {view && !isSearch && view.kind !== 'today' && view.kind !== 'upcoming' && (
          <div class="list-head-menu">
            <Lazy load={async () => (await import('./sort-menu.js')).SortMenu} />
          </div>
        )}
        <Search />
      </div>
      {!isSearch && <NewTask />}
      <p class="visually-hidden" id="list-hint">
        {texts.listHint}
        {(list === undefined || canEdit(list)) && texts.listHintEdit}
      </p>
      <ListArea />
      {tasks.selected.ids.value.size > 0 && (
        <Lazy load={async () => (await import('./selection-bar.js')).SelectionBar} />
      )}
      <Announcer />
      {help && (
        <Lazy
          load={async () => (await import('./help-dialog.js')).HelpDialog}
          onClose={() => {
            setHelp(false);
          }}
        />
      )}
    </>
  );
}

/** Shows what the address says; at `/` Today if it has anything, else the first list. */
function useShownTasks(): void {
  const { app, router } = useApp();
  const { tasks } = useOpenAccount().workspace;
  const { view, text, task } = router.route.value;
  const home = view === undefined ? tasks.list.home : undefined;
  const { sorting } = app.preferences.current.value;
  // Before the next frame: until then nothing can be shown.
  useLayoutEffect(() => {
    if (home) router.go(pathOf(home, { text }), true);
    if (view === undefined) return;
    tasks.selected.clear();
    void tasks.list.show(view, text, sorting);
  }, [view && JSON.stringify(view), home === undefined, text, sorting]);
  useEffect(() => {
    if (task === undefined) tasks.open.close();
    else void tasks.open.show(task, view?.kind === 'list' ? view.list : undefined);
  }, [task]);
}

/** Name of what is shown; empty while it is not known. */
function useTitle(): string {
  const { router } = useApp();
  const { lists } = useOpenAccount().workspace;
  const texts = useTexts();
  const { view, text } = router.route.value;
  if (text !== '') return texts.searchTitle(text);
  if (view === undefined) return '';
  const titles: Record<Exclude<View['kind'], 'list'>, string> = {
    today: texts.today,
    upcoming: texts.upcoming,
    starred: texts.starred,
    all: texts.allTasks,
  };
  if (view.kind !== 'list') return titles[view.kind];
  const list = lists.find(view.list);
  return list ? lists.nameOf(list) : '';
}
