import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../api/api-error.js';
import { PATHS } from '../state/route.js';
import { useApp, useOpenAccount, useTexts } from '../ui/context.js';
import { useCountdown } from '../ui/countdown.js';
import { Icon, type IconName } from '../ui/icon.js';
import { Lazy } from '../ui/lazy.js';
import { FilterBar } from './filter-bar.js';
import { NewTask } from './new-task.js';
import { listenForShortcuts } from './shortcuts.js';
import { TaskListView } from './task-list-view.js';

export function TasksScreen() {
  const { app, router } = useApp();
  const { tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const [help, setHelp] = useState(false);
  useEffect(
    () =>
      listenForShortcuts(app.preferences, tasks, {
        help: () => {
          setHelp(true);
        },
      }),
    [],
  );
  useEffect(() => {
    document.getElementById('new-task')?.focus();
  }, []);
  const { query } = router.route.value;
  useEffect(() => {
    const shown = tasks.query.peek();
    if (shown.filter !== query.filter || shown.text !== query.text) void tasks.list.show(query);
  }, [query.filter, query.text]);
  return (
    <>
      <h1 class="visually-hidden">{texts.appName}</h1>
      <NewTask />
      <FilterBar />
      <p class="visually-hidden" id="list-hint">
        {texts.listHint}
      </p>
      <ListArea />
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

function ListArea() {
  const { tasks } = useOpenAccount().workspace;
  const state = tasks.list.state.value;
  const empty = tasks.list.rows.value.length === 0;
  if (state.state === 'failed' && empty) return <LoadFailed error={state.error} />;
  if (state.state === 'loading' && empty) return <Skeleton />;
  return (
    <>
      {empty ? state.state === 'ready' && <EmptyList /> : <TaskListView />}
      <ListFoot />
    </>
  );
}

function ListFoot() {
  const { tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const { state } = tasks.list.state.value;
  const done = tasks.list.counts.value?.done ?? 0;
  const shown = tasks.list.rows.value.length;
  const loadMore = async (): Promise<void> => {
    const before = shown;
    await tasks.list.loadMore();
    const next = tasks.list.rows.value[before];
    if (!tasks.list.hasMore && next) tasks.focus.value = next.id;
  };
  return (
    <div class="list-foot">
      <p role="status" class="list-status">
        {state === 'searching'
          ? texts.searchingOlder
          : state === 'loading-more'
            ? texts.loading
            : shown > 0 && texts.shownCount(shown)}
      </p>
      {state === 'searching' && (
        <button
          type="button"
          class="button"
          onClick={() => {
            tasks.list.stop();
          }}
        >
          {texts.stop}
        </button>
      )}
      {tasks.list.hasMore && state !== 'searching' && (
        <button
          type="button"
          class="button load-more"
          aria-disabled={state === 'loading-more'}
          onClick={() => void loadMore()}
        >
          {texts.loadMore}
        </button>
      )}
      {done > 0 && shown > 0 && (
        <button
          type="button"
          class="button quiet"
          onClick={() => {
            tasks.clearDone();
            document.getElementById('new-task')?.focus();
          }}
        >
          {texts.clearDone}
        </button>
      )}
    </div>
  );
}

function EmptyList() {
  const { tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const { filter, text } = tasks.query.value;
  const counts = tasks.list.counts.value;
  const nothing = counts !== undefined && counts.open + counts.done === 0;
  if (text === '' && (nothing || filter === 'all')) {
    return <Message icon="inbox" title={texts.emptyTitle} text={texts.emptyText} />;
  }
  if (text === '' && filter === 'open')
    return <Message icon="check" title={texts.allDoneTitle} text={texts.allDoneText} />;
  if (text === '') return <Message icon="inbox" title={texts.noneDoneTitle} text={texts.noneDoneText} />;
  return (
    <Message icon="search" title={texts.filteredEmptyTitle} text={texts.filteredEmptyText}>
      <ShowAll />
    </Message>
  );
}

function ShowAll() {
  const { router } = useApp();
  const texts = useTexts();
  return (
    <button
      type="button"
      class="button"
      onClick={() => {
        router.go(PATHS.tasks);
        document.getElementById('new-task')?.focus();
      }}
    >
      {texts.showAll}
    </button>
  );
}

function LoadFailed({ error }: { error: ApiError }) {
  const { tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const [until] = useState(() => Date.now() + (error.retryAfterSeconds ?? 0) * 1000);
  const seconds = useCountdown(until);
  useEffect(() => {
    if (seconds === 0 && error.retryAfterSeconds) void tasks.list.load();
  }, [seconds]);
  const text = seconds > 0 ? texts.serverBusy(seconds) : texts.problem(error.type);
  return (
    <Message icon="warning" title={texts.loadFailedTitle} text={text} alert>
      <button type="button" class="button" onClick={() => void tasks.list.load()}>
        {texts.tryAgain}
      </button>
    </Message>
  );
}

interface MessageProps {
  icon: IconName;
  title: string;
  text: string;
  alert?: boolean;
  /** Whether it is the only content of the page, so that its title is the page's. */
  whole?: boolean;
  children?: ComponentChildren;
}

/** A message in place of content: empty, not found, failed. */
export function Message({ icon, title, text, alert, whole, children }: MessageProps) {
  const Title = whole ? 'h1' : 'h2';
  return (
    <div class="message" role={alert ? 'alert' : undefined}>
      <Icon name={icon} />
      <Title>{title}</Title>
      <p>{text}</p>
      {children}
    </div>
  );
}

/** Placeholder of the list while it loads; CSS shows it after 200 ms. */
export function Skeleton() {
  const texts = useTexts();
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">{texts.loading}</span>
      {Array.from({ length: 6 }, (_, place) => (
        <span key={place} class="skeleton-row" aria-hidden="true" />
      ))}
    </div>
  );
}
