import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ApiError } from '../api/api-error.js';
import { dayNumber } from '../dates/days.js';
import { formatDay } from '../dates/due-words.js';
import { canEdit } from '../state/lists.js';
import type { Row } from '../state/task.js';
import type { View } from '../state/view.js';
import { useApp, useOpenAccount, useTexts } from '../ui/context.js';
import { useCountdown } from '../ui/countdown.js';
import { Icon, ICONS } from '../ui/icon.js';
import { Lazy } from '../ui/lazy.js';
import { Message, Skeleton } from '../ui/message.js';
import { runSoon } from '../ui/rendering.js';
import { headingsOf, NO_HEADINGS } from './headings.js';
import { focusHead } from './keep-focus.js';
import { TaskListView } from './task-list-view.js';

/** The open tasks, and the done ones below them. */
export function ListArea() {
  const { tasks } = useOpenAccount().workspace;
  const state = tasks.list.state.value;
  const rows = tasks.list.rows.value;
  useFocusKept();
  const view = tasks.list.selection.value?.view;
  /** The view that had rows last. */
  const shownBefore = useRef<View>(undefined);
  if (rows.length > 0) shownBefore.current = view;
  if (state.state === 'failed' && rows.length === 0) return <LoadFailed error={state.error} />;
  // A long list is shown when it is complete: rows do not move while the others arrive.
  if (state.state === 'loading' && (rows.length === 0 || state.loaded >= LONG))
    return <Loading loaded={state.loaded} />;
  return (
    <>
      {rows.length > 0 ? (
        <OpenTasks rows={rows} />
      ) : (
        state.state === 'ready' && (
          <Lazy
            load={async () => (await import('./empty-list.js')).EmptyList}
            isCleared={shownBefore.current === view}
          />
        )
      )}
      <DoneTasks />
    </>
  );
}

/** Gives up a wish for the focus when its row is not shown: it would take the focus whenever the row appears. */
function useFocusKept(): void {
  const { tasks } = useOpenAccount().workspace;
  const wanted = tasks.focus.value;
  const { rows, doneRows } = tasks.list;
  // Before anything else can happen: the next view may show the row.
  useLayoutEffect(() => {
    if (wanted === undefined || [rows, doneRows].some(({ value }) => value.some(({ id }) => id === wanted))) return;
    tasks.focus.value = undefined;
    // Once what had the focus is gone, too.
    runSoon(() => {
      if (document.activeElement === document.body) focusHead();
    });
  }, [wanted, rows.value, doneRows.value]);
}

/** Number of tasks from which their loading shows its progress: one page of the server. */
const LONG = 1_000;

function Loading({ loaded }: { loaded: number }) {
  const texts = useTexts();
  if (loaded < LONG) return <Skeleton />;
  return (
    <p class="list-status loading" role="status">
      {texts.loaded(loaded)}
    </p>
  );
}

function OpenTasks({ rows }: { rows: readonly Row[] }) {
  const { app } = useApp();
  const { tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const selection = tasks.list.selection.value;
  const today = tasks.list.today.value;
  const language = app.language.code.value;
  const headings = useMemo(() => {
    const dayOf = (day: string): string => formatDay(dayNumber(day), 'dayName', language);
    return selection ? headingsOf(rows, selection, today, { ...texts, dayOf }) : NO_HEADINGS;
  }, [rows, selection, today, texts, language]);
  return <TaskListView label={texts.listLabel} rows={rows} headings={headings} />;
}

function DoneTasks() {
  const { lists, tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const { list } = tasks;
  const rows = list.doneRows.value;
  const count = list.doneCount ?? 0;
  const state = list.doneState.value;
  const view = list.selection.value?.view;
  const ofList = view?.kind === 'list' ? lists.find(view.list) : undefined;
  const isSearch = (list.selection.value?.text ?? '') !== '';
  if (count === 0 && rows.length === 0 && !(isSearch && state === 'loading')) return null;
  return (
    <section class="done" aria-label={texts.doneLabel}>
      <div class="done-head">
        <button
          type="button"
          class="fold"
          aria-expanded={state !== 'folded'}
          onClick={() => {
            list.toggleDone();
          }}
        >
          <Icon name="chevron" />
          {texts.doneFold(count)}
        </button>
        {ofList && canEdit(ofList) && !isSearch && state !== 'folded' && (
          <button
            type="button"
            class="button quiet"
            onClick={() => {
              tasks.clearDone(ofList.id);
              document.getElementById('new-task')?.focus();
            }}
          >
            {texts.clearDone}
          </button>
        )}
      </div>
      {state === 'loading' && rows.length === 0 && <Skeleton />}
      {state === 'failed' && <p role="alert">{texts.doneFailed}</p>}
      {rows.length > 0 && (
        <TaskListView
          label={texts.doneLabel}
          rows={rows}
          onEnd={() => {
            list.readMoreDone();
          }}
        />
      )}
    </section>
  );
}

function LoadFailed({ error }: { error: ApiError }) {
  const { tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const [until] = useState(() => Date.now() + (error.retryAfterSeconds ?? 0) * 1000);
  const seconds = useCountdown(until);
  useEffect(() => {
    if (seconds === 0 && error.retryAfterSeconds) void tasks.list.retry();
  }, [seconds]);
  const text = seconds > 0 ? texts.serverBusy(seconds) : texts.problem(error.type);
  return (
    <Message icon={ICONS.warning} title={texts.loadFailedTitle} text={text} alert>
      <button type="button" class="button" onClick={() => void tasks.list.retry()}>
        {texts.tryAgain}
      </button>
    </Message>
  );
}
