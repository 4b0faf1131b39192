import { useLayoutEffect } from 'preact/hooks';
import { AccountApi } from '../api/account-api.js';
import { useApp, useOpenAccount } from '../ui/context.js';
import { saveFile } from '../ui/save-file.js';
import { CopyButton, Secret } from '../ui/secret.js';
import { useConfirmation } from './session-dialogs.js';
import { useAccountTexts } from './texts.js';

/**
 * Asks to save the recovery code until the user has confirmed it. The code is shown while this page has it; after a
 * reload it can only be replaced.
 */
export function RecoveryCodeScreen() {
  const { app } = useApp();
  const { account, workspace } = useOpenAccount();
  const api = new AccountApi(workspace.http);
  const texts = useAccountTexts();
  const { run, dialog } = useConfirmation();
  const made = workspace.recoveryCode.value;
  useLayoutEffect(() => {
    document.querySelector<HTMLElement>('main h1')?.focus();
  }, [made]);
  const renew = (): Promise<void> =>
    run(async () => {
      app.showCode(workspace, await api.newRecoveryCode());
    });
  const confirm = (
    <button
      type="button"
      class={`button wide${made ? ' primary' : ''}`}
      onClick={() => {
        app.confirmCode(workspace);
      }}
    >
      {texts.codeSaved}
    </button>
  );
  if (made === undefined) {
    return (
      <section class="card narrow code-card">
        <h1 tabIndex={-1}>{texts.codeTitle}</h1>
        <p class="lead">{texts.codeUnconfirmed}</p>
        <button type="button" class="button primary wide" onClick={() => void renew()}>
          {texts.newCode}
        </button>
        {confirm}
        {dialog}
      </section>
    );
  }
  const download = (): void => {
    const text = texts.codeFile(account.username, made.code, location.origin);
    saveFile('tasks-recovery-code.txt', new Blob([text], { type: 'text/plain' }));
  };
  return (
    <section class="card narrow code-card">
      <h1 tabIndex={-1}>{texts.codeTitle}</h1>
      <p class="lead">{made.note ?? texts.codeText}</p>
      <Secret label={texts.recoveryCode} value={made.code} />
      <div class="row-buttons">
        <CopyButton text={made.code} />
        <button type="button" class="button" onClick={download}>
          {texts.download}
        </button>
      </div>
      {confirm}
    </section>
  );
}
