import { useEffect } from 'preact/hooks';
import { PATHS } from './state/route.js';
import { TasksScreen } from './tasks/tasks-screen.js';
import { OpenAccountProvider, useApp, useOpenAccount, useTexts } from './ui/context.js';
import { useCountdown } from './ui/countdown.js';
import { ICONS } from './ui/icon.js';
import { Lazy } from './ui/lazy.js';
import { Link } from './ui/link.js';
import { Message, Skeleton } from './ui/message.js';

export function App() {
  const { app, router } = useApp();
  const { open } = app;
  const { screen, task } = router.route.value;
  const { state } = app.session.value;
  // Also before the session is confirmed, so that nothing moves then; elements that do would count as moved.
  const isExpected = state === 'checking' && app.preferences.current.value.hasAccount;
  const isFramed = (open !== undefined || isExpected) && screen === 'tasks' && !app.hasUnsavedCode;
  return (
    <OpenAccountProvider value={open}>
      <div role="status">{open && <Banner key={open.account.id} />}</div>
      <div key={String(isFramed)} class={isFramed ? (task === undefined ? 'frame' : 'frame has-details') : undefined}>
        <header class="header">
          {isFramed && open && open.workspace.lists.state.value.state !== 'loading' && (
            <Lazy key={open.account.id} load={async () => (await import('./lists/side-bar.js')).SideBar} />
          )}
          <Brand />
          {open && !isFramed && (
            <Lazy key={open.account.id} load={async () => (await import('./account/account-menu.js')).AccountMenu} />
          )}
        </header>
        <main>
          <CurrentScreen />
        </main>
        {isFramed && open && task !== undefined && (
          <Lazy key={open.account.id} load={async () => (await import('./details/task-details.js')).TaskDetails} />
        )}
      </div>
      {open && <SessionDialog />}
      {state !== 'checking' && (
        <>
          <Lazy load={async () => (await import('./lists/list-in-address.js')).ListInAddress} />
          <Lazy load={async () => (await import('./ui/notices-view.js')).NoticesView} />
        </>
      )}
    </OpenAccountProvider>
  );
}

function Brand() {
  return (
    <Link to={PATHS.tasks} class="brand">
      <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
        <rect x="2" y="2" width="20" height="20" rx="6" />
        <path d="M7.5 12.5l3 3 6-7" />
      </svg>
      {useTexts().appName}
    </Link>
  );
}

function CurrentScreen() {
  const { app, router } = useApp();
  const texts = useTexts();
  const session = app.session.value;
  const { screen } = router.route.value;
  const isEntry = screen === 'log-in' || screen === 'sign-up' || screen === 'recovery';
  const leaveEntry = session.state === 'open' && isEntry;
  useEffect(() => {
    if (leaveEntry) router.go(app.invitation.secret === undefined ? PATHS.tasks : PATHS.join, true);
  }, [leaveEntry]);
  useEffect(() => {
    if (screen !== 'tasks') document.title = `${titleOf(screen, texts)} · ${texts.appName}`;
  }, [screen, texts]);
  if (screen === 'unknown') return <UnknownPage />;
  switch (session.state) {
    case 'checking':
      return (
        <>
          <h1 class="visually-hidden">{texts.appName}</h1>
          <Skeleton />
        </>
      );
    case 'failed':
      return (
        <Message icon={ICONS.warning} title={texts.failedTitle} text={texts.problem(session.error.type)} alert whole>
          <button type="button" class="button" onClick={() => void app.start()}>
            {texts.tryAgain}
          </button>
        </Message>
      );
    case 'signed-out':
      if (screen === 'join') return joinScreen();
      return <Lazy load={async () => (await import('./account/entry-screens.js')).EntryScreens} screen={screen} />;
    case 'open':
      if (app.hasUnsavedCode) {
        return (
          <Lazy
            key={`code ${session.account.id}`}
            load={async () => (await import('./account/recovery-code-screen.js')).RecoveryCodeScreen}
          />
        );
      }
      if (screen === 'settings') {
        return (
          <Lazy
            key={session.account.id}
            load={async () => (await import('./account/settings-screen.js')).SettingsScreen}
          />
        );
      }
      if (screen === 'join') return joinScreen(session.account.id);
      return <TasksScreen key={session.account.id} />;
  }
}

/** @param account Unset before a log-in. */
function joinScreen(account = '') {
  return <Lazy key={`join ${account}`} load={async () => (await import('./lists/join-screen.js')).JoinScreen} />;
}

function titleOf(screen: string, texts: ReturnType<typeof useTexts>): string {
  const titles: Record<string, string> = {
    'log-in': texts.logInTitle,
    'sign-up': texts.signUpTitle,
    recovery: texts.recoveryTitle,
    settings: texts.settings,
    join: texts.joinTitle,
  };
  return titles[screen] ?? texts.unknownTitle;
}

function UnknownPage() {
  const texts = useTexts();
  return (
    <Message icon={ICONS.search} title={texts.unknownTitle} text={texts.unknownText} whole>
      <Link to={PATHS.tasks} class="button">
        {texts.back}
      </Link>
    </Message>
  );
}

function SessionDialog() {
  const { workspace } = useOpenAccount();
  if (workspace.access.value !== 'ended') return null;
  return <Lazy load={async () => (await import('./account/session-dialogs.js')).ExpiredDialog} />;
}

/** A line at the top while changes do not reach the server. */
function Banner() {
  const { workspace } = useOpenAccount();
  const { tasks } = workspace;
  const texts = useTexts();
  const connection = tasks.queue.connection.value;
  const unsaved = tasks.queue.unsaved.value;
  const seconds = useCountdown(connection.state === 'busy' ? connection.retryAt : 0);
  const isSlow = tasks.queue.isSlow.value;
  if (connection.state === 'online') return isSlow ? <p class="banner">{texts.slow}</p> : null;
  return (
    <div class="banner">
      <p>
        {connection.state === 'busy'
          ? texts.serverBusy(seconds)
          : unsaved > 0
            ? texts.offlineUnsaved(unsaved)
            : texts.offline}
      </p>
      <button
        type="button"
        class="button"
        onClick={() => {
          workspace.retryNow();
          void tasks.list.refresh();
        }}
      >
        {texts.tryNow}
      </button>
    </div>
  );
}
