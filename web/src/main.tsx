// First, also where the document's own request for it arrives later: nothing is asked for early after the start.
import './early.js';
import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import { forgetEarly } from './api/early-answers.js';
import { App } from './app.js';
import { Language } from './i18n/language.js';
import { AppModel } from './state/app-model.js';
import type { Browser } from './state/browser.js';
import { safeLocalStorage, safeSessionStorage } from './state/safe-storage.js';
import { AppProvider } from './ui/context.js';
import { renderInOwnTask } from './ui/rendering.js';
import { Router } from './ui/router.js';

const isVisible = signal(document.visibilityState === 'visible');

async function start(): Promise<void> {
  const router = new Router();
  const language = new Language();
  const browser: Browser = {
    localStorage: safeLocalStorage,
    sessionStorage: safeSessionStorage,
    isVisible,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    get shown() {
      const { view, text } = router.route.peek();
      return { view, text };
    },
    openChannel: (name) => new BroadcastChannel(name),
    openStream: () => new EventSource('/api/v1/events?lists=all'),
    isOnline: () => navigator.onLine,
    now: Date.now,
    setTimer: (callback, milliseconds) => setTimeout(callback, milliseconds),
    clearTimer: (timer) => {
      clearTimeout(timer as number);
    },
    random: Math.random,
    randomBytes: (bytes) => crypto.getRandomValues(bytes),
  };
  const app = new AppModel(browser, language);
  const started = app.start();
  effect(() => {
    const { theme } = app.preferences.current.value;
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  });
  effect(() => {
    document.documentElement.lang = language.code.value;
  });
  await language.choose(app.preferences.current.value.language, navigator.languages);
  effect(() => void language.choose(app.preferences.current.value.language, navigator.languages));
  listenToPage(app);
  renderInOwnTask();

  const root = document.getElementById('app');
  if (root === null) throw new Error('index.html needs an element with the id "app"');
  render(
    <AppProvider value={{ app, router }}>
      <App />
    </AppProvider>,
    root,
  );
  await started;
  forgetEarly();
  // Not needed for the first rows.
  const { watchVersion } = await import('./ui/version.js');
  watchVersion(app);
}

function listenToPage(app: AppModel): void {
  const refresh = (): void => void app.open?.workspace.tasks.list.refresh();
  addEventListener('visibilitychange', () => {
    isVisible.value = document.visibilityState === 'visible';
    if (isVisible.value && app.open?.workspace.access.peek() === 'granted') refresh();
  });
  addEventListener('online', () => {
    app.open?.workspace.retryNow();
    refresh();
  });
  addEventListener('offline', () => {
    app.open?.workspace.tasks.queue.onOffline();
  });
  addEventListener('storage', ({ key }) => {
    // `key` is null after a log-out emptied the storage, which may happen after this page saved the preferences itself.
    if (key === null) app.preferences.keep();
    else app.preferences.reload();
  });
  addEventListener('beforeunload', (event) => {
    if ((app.open?.workspace.tasks.queue.unsaved.peek() ?? 0) > 0) event.preventDefault();
  });
  addEventListener('pagehide', () => {
    app.open?.workspace.onPageHidden();
    // A page restored from the back/forward cache must not show tasks after a log-out.
    document.body.hidden = true;
  });
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
    else document.body.hidden = false;
  });
}

void start();
