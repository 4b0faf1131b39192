import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { AccountApi, EntryApi } from '../api/account-api.js';
import { asApiError } from '../api/api-error.js';
import { useApp, useOpenAccount } from '../ui/context.js';
import { Dialog } from '../ui/dialog.js';
import { PasswordField, TextField } from '../ui/fields.js';
import { Form } from '../ui/form.js';
import { useAccountTexts } from './texts.js';

/** Asks for the password in a dialog over the page, which keeps all input. Only the same account can continue. */
export function ExpiredDialog() {
  const { app } = useApp();
  const { account, workspace } = useOpenAccount();
  const texts = useAccountTexts();
  const [leaving, setLeaving] = useState(false);
  return (
    <Dialog title={texts.expiredTitle}>
      <p>{texts.expiredText(account.username)}</p>
      <Form
        required={['password']}
        button={texts.logIn}
        onSubmit={async ({ password = '' }) => {
          app.onLoggedIn(await new EntryApi().logIn(account.username, password));
        }}
        beside={
          <button
            type="button"
            class="button quiet"
            onClick={() => {
              if (workspace.unsaved.value > 0) setLeaving(true);
              else app.forget(workspace);
            }}
          >
            {texts.logOutInstead}
          </button>
        }
      >
        {(errorOf) => (
          <>
            <TextField
              name="username"
              label={texts.username}
              value={account.username}
              readOnly
              autocomplete="username"
            />
            <PasswordField
              name="password"
              label={texts.password}
              autocomplete="current-password"
              autofocus
              error={errorOf('password')}
            />
          </>
        )}
      </Form>
      {leaving && (
        <UnsavedDialog
          count={workspace.unsaved.value}
          onStay={() => {
            setLeaving(false);
          }}
          onLeave={() => {
            app.forget(workspace);
          }}
        />
      )}
    </Dialog>
  );
}

interface UnsavedDialogProps {
  count: number;
  onStay: () => void;
  onLeave: () => void;
}

/** Warns before changes are lost. */
export function UnsavedDialog({ count, onStay, onLeave }: UnsavedDialogProps) {
  const texts = useAccountTexts();
  return (
    <Dialog title={texts.unsavedTitle} onClose={onStay}>
      <p>{texts.unsavedText(count)}</p>
      <div class="dialog-buttons">
        <button type="button" class="button danger" onClick={onLeave}>
          {texts.logOutAnyway}
        </button>
        <button type="button" class="button" autofocus onClick={onStay}>
          {texts.stay}
        </button>
      </div>
    </Dialog>
  );
}

interface PasswordDialogProps {
  title: string;
  text: string;
  button: string;
  danger?: boolean;
  /** Runs the action after the password was entered. Throws ApiError. */
  onPassword: (password: string) => Promise<void>;
  onClose: () => void;
}

/** Asks for the password before a sensitive action. */
export function PasswordDialog({ title, text, onPassword, onClose, ...form }: PasswordDialogProps) {
  const { account } = useOpenAccount();
  const texts = useAccountTexts();
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <Form
        {...form}
        required={['password']}
        onSubmit={({ password = '' }) => onPassword(password)}
        beside={
          <button type="button" class="button" onClick={onClose}>
            {texts.cancel}
          </button>
        }
      >
        {(errorOf) => (
          <>
            <input
              class="visually-hidden"
              name="username"
              autocomplete="username"
              value={account.username}
              readOnly
              tabIndex={-1}
              aria-hidden="true"
            />
            <PasswordField
              name="password"
              label={texts.password}
              autocomplete="current-password"
              autofocus
              error={errorOf('password')}
            />
          </>
        )}
      </Form>
    </Dialog>
  );
}

/** Runs actions for which the server may require the password, and the dialog that asks for it. */
interface Confirmation {
  /** Runs the action, and again after the password was entered if required. Throws ApiError for every other failure. */
  readonly run: (action: () => Promise<void>) => Promise<void>;
  readonly dialog: VNode | null;
}

export function useConfirmation(): Confirmation {
  const { workspace } = useOpenAccount();
  const api = new AccountApi(workspace.http);
  const texts = useAccountTexts();
  const [pending, setPending] = useState<() => Promise<void>>();
  const run = async (action: () => Promise<void>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      const failure = asApiError(error);
      if (failure.failure === 'unconfirmed') setPending(() => action);
      else if (!failure.isSessionLost) workspace.notices.show(texts.problem(failure.type), { tone: 'problem' });
    }
  };
  const close = (): void => {
    setPending(undefined);
  };
  const dialog = pending ? (
    <PasswordDialog
      title={texts.confirmTitle}
      text={texts.confirmText}
      button={texts.confirm}
      onPassword={async (password) => {
        await api.confirm(password);
        close();
        void run(pending);
      }}
      onClose={close}
    />
  ) : null;
  return { run, dialog };
}
