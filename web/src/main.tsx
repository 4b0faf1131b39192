import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './app.js';
import { Language } from './i18n/language.js';
import { AppModel } from './state/app-model.js';
import { PATHS } from './state/route.js';
import { safeLocalStorage, safeSessionStorage } from './state/safe-storage.js';
import { AppProvider } from './ui/context.js';
import { Router } from './ui/router.js';
import { watchVersion } from './ui/version.js';

async function start(): Promise<void> {
  const router = new Router();
  const language = new Language();
  const app = new AppModel(
    {
      localStorage: safeLocalStorage,
      sessionStorage: safeSessionStorage,
      channel: new BroadcastChannel('tasks'),
      openStream: () => new EventSource('/api/v1/events'),
      isOnline: () => navigator.onLine,
      random: (bytes) => crypto.getRandomValues(bytes),
      get query() {
        return router.route.peek().query;
      },
      showAll: () => {
        router.go(PATHS.tasks);
      },
    },
    language,
  );
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
  watchVersion(app);

  const root = document.getElementById('app');
  if (root === null) throw new Error('index.html needs an element with the id "app"');
  render(
    <AppProvider value={{ app, router }}>
      <App />
    </AppProvider>,
    root,
  );
  await started;
}

function listenToPage(app: AppModel): void {
  const onVisibility = (): void => {
    app.visible.value = document.visibilityState === 'visible';
    if (app.visible.value && app.session.peek().state === 'active') void app.tasks.list.refresh();
  };
  app.visible.value = document.visibilityState === 'visible';
  addEventListener('visibilitychange', onVisibility);
  addEventListener('online', () => {
    app.tasks.queue.retryNow();
    if (app.account) void app.tasks.list.refresh();
  });
  addEventListener('offline', () => {
    app.tasks.queue.onOffline();
  });
  addEventListener('storage', ({ key }) => {
    // `key` is null after a log-out emptied the storage, which may happen after this page saved the preferences itself.
    if (key === null) app.preferences.keep();
    else app.preferences.reload();
  });
  addEventListener('beforeunload', (event) => {
    if (app.tasks.unsaved.peek() > 0) event.preventDefault();
  });
  addEventListener('pagehide', () => {
    app.onPageHidden();
    // A page restored from the back/forward cache must not show tasks after a log-out.
    document.body.hidden = true;
  });
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
    else document.body.hidden = false;
  });
}

void start();
