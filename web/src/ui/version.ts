import type { AppModel } from '../state/app-model.js';
import { isReplaced } from './lazy.js';

const CHECK_MS = 60_000;

const TEXTS = {
  en: { newVersion: 'A new version is available.', reload: 'Reload' },
  de: { newVersion: 'Es gibt eine neue Version.', reload: 'Neu laden' },
};

/**
 * Watches for a new version of the page: whenever it becomes visible, and once a minute while it is. Reloads at once if
 * nothing would be lost, otherwise offers it.
 */
export function watchVersion(app: AppModel): void {
  let checked = Date.now();
  let offered = false;
  const check = async (): Promise<void> => {
    if (offered || document.visibilityState !== 'visible' || Date.now() - checked < CHECK_MS) return;
    checked = Date.now();
    if (!(await isReplaced())) return;
    offered = true;
    const workspace = app.open?.workspace;
    const isIdle =
      workspace?.access.value === 'granted' &&
      workspace.unsaved.value === 0 &&
      workspace.tasks.draft.value === '' &&
      workspace.tasks.editing.value === undefined;
    if (isIdle && document.querySelector('dialog[open]') === null) location.reload();
    else offerReload(app);
  };
  addEventListener('visibilitychange', () => void check());
  setInterval(() => void check(), CHECK_MS);
}

function offerReload(app: AppModel): void {
  const texts = TEXTS[app.language.code.value];
  app.notices.show(texts.newVersion, {
    action: {
      label: texts.reload,
      run: () => {
        location.reload();
      },
    },
  });
}
