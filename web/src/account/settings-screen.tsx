import { useLayoutEffect, useState } from 'preact/hooks';
import { AccountApi } from '../api/account-api.js';
import { asApiError } from '../api/api-error.js';
import { PATHS } from '../state/route.js';
import type { Preferences } from '../state/preferences.js';
import { useApp, useOpenAccount } from '../ui/context.js';
import { PasswordField } from '../ui/fields.js';
import { Icon } from '../ui/icon.js';
import { Lazy } from '../ui/lazy.js';
import { Link } from '../ui/link.js';
import { Form } from '../ui/form.js';
import { useAccountRules } from './account-rules.js';
import { NewPassword } from './new-password.js';
import { isComplete, saveFile } from '../ui/save-file.js';
import { Section } from './section.js';
import { PasswordDialog, useConfirmation } from './session-dialogs.js';
import { Sessions } from './sessions.js';
import { Tokens } from './tokens.js';
import { useAccountTexts } from './texts.js';

const BACK = 'M19 12H5M11 6l-6 6 6 6';
const KEYBOARD = 'M3 6.5h18v11H3zM7 10.5h.01M11 10.5h.01M15 10.5h.01M17.5 10.5h.01M8 14h8';

export function SettingsScreen() {
  const texts = useAccountTexts();
  useLayoutEffect(() => {
    const target =
      location.hash === '#password' ? document.querySelector<HTMLElement>('#password input:not([hidden])') : null;
    (target ?? document.querySelector<HTMLElement>('main h1'))?.focus();
  }, []);
  return (
    <>
      <Link to={PATHS.tasks} class="back-link">
        <Icon path={BACK} />
        {texts.back}
      </Link>
      <h1 class="screen-title" tabIndex={-1}>
        {texts.settings}
      </h1>
      <Appearance />
      <PasswordSection />
      <RecoverySection />
      <Sessions />
      <Tokens />
      <ExportSection />
      <DeleteSection />
    </>
  );
}

function Appearance() {
  const { preferences } = useApp().app;
  const texts = useAccountTexts();
  const [help, setHelp] = useState(false);
  const { theme, language, shortcuts } = preferences.current.value;
  return (
    <Section title={texts.appearance}>
      <label class="setting">
        {texts.theme}
        <select
          value={theme}
          onChange={(event) => {
            preferences.change({ theme: event.currentTarget.value as Preferences['theme'] });
          }}
        >
          <option value="auto">{texts.auto}</option>
          <option value="light">{texts.light}</option>
          <option value="dark">{texts.dark}</option>
        </select>
      </label>
      <label class="setting">
        {texts.language}
        <select
          value={language}
          onChange={(event) => {
            preferences.change({ language: event.currentTarget.value as Preferences['language'] });
          }}
        >
          <option value="auto">{texts.languageAuto}</option>
          <option value="en" lang="en">
            English
          </option>
          <option value="de" lang="de">
            Deutsch
          </option>
        </select>
      </label>
      <label class="setting">
        <span>
          {texts.shortcutsSwitch}
          <span class="hint">{texts.shortcutsText}</span>
        </span>
        <input
          type="checkbox"
          role="switch"
          class="switch"
          checked={shortcuts}
          onChange={(event) => {
            preferences.change({ shortcuts: event.currentTarget.checked });
          }}
        />
      </label>
      <div class="row-buttons">
        <button
          type="button"
          class="button"
          onClick={() => {
            setHelp(true);
          }}
        >
          <Icon path={KEYBOARD} />
          {texts.showShortcuts}
        </button>
      </div>
      {help && (
        <Lazy
          load={async () => (await import('../tasks/help-dialog.js')).HelpDialog}
          onClose={() => {
            setHelp(false);
          }}
        />
      )}
    </Section>
  );
}

function PasswordSection() {
  const { account, workspace } = useOpenAccount();
  const api = new AccountApi(workspace.http);
  const texts = useAccountTexts();
  const rules = useAccountRules();
  const [round, setRound] = useState(0);
  return (
    <Section title={texts.changePassword} text={texts.changePasswordText} id="password">
      <Form
        key={round}
        required={['currentPassword', 'newPassword']}
        button={texts.changePassword}
        onSubmit={async ({ currentPassword = '', newPassword = '', endTokens }) => {
          await api.changePassword(currentPassword, newPassword, endTokens === 'on');
          workspace.notices.show(texts.passwordChanged);
          setRound(round + 1);
        }}
      >
        {(errorOf) => (
          <>
            <input hidden name="username" autocomplete="username" value={account.username} readOnly />
            <PasswordField
              name="currentPassword"
              label={texts.currentPassword}
              autocomplete="current-password"
              error={errorOf('currentPassword')}
            />
            <NewPassword
              name="newPassword"
              label={texts.newPassword}
              error={errorOf('newPassword')}
              minLength={rules?.passwordMinLength}
            />
            <label class="inline-check">
              <input type="checkbox" class="check square" name="endTokens" />
              {texts.endTokens}
            </label>
          </>
        )}
      </Form>
    </Section>
  );
}

function RecoverySection() {
  const { app } = useApp();
  const { workspace } = useOpenAccount();
  const api = new AccountApi(workspace.http);
  const texts = useAccountTexts();
  const confirmation = useConfirmation();
  const renew = (): Promise<void> =>
    confirmation.run(async () => {
      app.showCode(workspace, await api.newRecoveryCode());
    });
  return (
    <Section title={texts.recoveryCode} text={texts.newCodeText}>
      <button type="button" class="button" onClick={() => void renew()}>
        {texts.newCode}
      </button>
      {confirmation.dialog}
    </Section>
  );
}

function ExportSection() {
  const { account, workspace } = useOpenAccount();
  const api = new AccountApi(workspace.http);
  const texts = useAccountTexts();
  const confirmation = useConfirmation();
  const [running, setRunning] = useState(false);
  const save = async (): Promise<void> => {
    const content = await api.export();
    if (!(await isComplete(content))) {
      workspace.notices.show(texts.exportIncomplete, { tone: 'problem' });
      return;
    }
    saveFile(`tasks-${account.username}.json`, content);
  };
  const start = async (): Promise<void> => {
    if (running) return;
    setRunning(true);
    await confirmation.run(save);
    setRunning(false);
  };
  return (
    <Section title={texts.exportTitle} text={texts.exportText}>
      <button type="button" class="button" aria-disabled={running} onClick={() => void start()}>
        {running ? texts.exporting : texts.exportButton}
      </button>
      {confirmation.dialog}
    </Section>
  );
}

function DeleteSection() {
  const { app, router } = useApp();
  const { workspace } = useOpenAccount();
  const api = new AccountApi(workspace.http);
  const texts = useAccountTexts();
  const [asking, setAsking] = useState(false);
  const ending = workspace.lists.lists.value
    .filter(({ role, members }) => role === 'owner' && members > 1)
    .map((list) => workspace.lists.nameOf(list))
    .join(', ');
  const close = (): void => {
    setAsking(false);
  };
  return (
    <Section title={texts.deleteAccount} text={texts.deleteAccountText}>
      <button
        type="button"
        class="button danger-quiet"
        onClick={() => {
          setAsking(true);
        }}
      >
        {texts.deleteAccountButton}
      </button>
      {asking && (
        <PasswordDialog
          danger
          title={texts.deleteAccountTitle}
          text={ending === '' ? texts.deleteAccountText : `${texts.deleteAccountText} ${texts.endingLists(ending)}`}
          button={texts.deleteAccountConfirm}
          onPassword={async (password) => {
            try {
              await api.deleteAccount(password);
            } catch (error) {
              if (asApiError(error).failure !== 'signed-out') throw error;
            }
            app.forget(workspace);
            router.go(PATHS.tasks, true);
            app.notices.show(texts.accountDeleted);
          }}
          onClose={close}
        />
      )}
    </Section>
  );
}
