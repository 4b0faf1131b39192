import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Account } from '../api/account-api.js';
import { asApiError } from '../api/api-error.js';
import { useApp, useTexts } from '../ui/context.js';
import { Dialog } from '../ui/dialog.js';
import { PasswordField, TextField } from '../ui/fields.js';
import { Form } from './form.js';

/** Asks for the password over the page, which keeps everything that was typed. Only the same account may go on. */
export function ExpiredDialog({ account }: { account: Account }) {
  const { app } = useApp();
  const texts = useTexts();
  const [leaving, setLeaving] = useState(false);
  return (
    <Dialog title={texts.expiredTitle}>
      <p>{texts.expiredText(account.username)}</p>
      <Form
        required={['password']}
        button={texts.logIn}
        onSubmit={async ({ password = '' }) => {
          app.onLoggedInAgain(await app.accounts.logIn(account.username, password));
        }}
        beside={
          <button
            type="button"
            class="button quiet"
            onClick={() => {
              if (app.unsaved.value > 0) setLeaving(true);
              else app.forgetAccount();
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
          count={app.unsaved.value}
          onStay={() => {
            setLeaving(false);
          }}
          onLeave={() => {
            app.forgetAccount();
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
  const texts = useTexts();
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

/** Asks for the password again before something important. */
export function ConfirmDialog({ onConfirmed, onClose }: { onConfirmed: () => void; onClose: () => void }) {
  const { app } = useApp();
  const texts = useTexts();
  return (
    <Dialog title={texts.confirmTitle} onClose={onClose}>
      <p>{texts.confirmText}</p>
      <Form
        required={['password']}
        button={texts.confirm}
        onSubmit={async ({ password = '' }) => {
          await app.accounts.confirm(password);
          onConfirmed();
        }}
        beside={
          <button type="button" class="button quiet" onClick={onClose}>
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
              value={app.account?.username}
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

/** Runs actions that the server may want the password for, and the dialog that asks for it. */
export interface Confirmation {
  /** Runs the action, again after the password was given. Throws ApiError for every other failure. */
  readonly run: (action: () => Promise<void>) => Promise<void>;
  readonly dialog: VNode | null;
}

/** Returns a Confirmation for this component. */
export function useConfirmation(): Confirmation {
  const { app } = useApp();
  const texts = useTexts();
  const [pending, setPending] = useState<() => Promise<void>>();
  const run = async (action: () => Promise<void>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      const failure = asApiError(error);
      if (failure.failure === 'unconfirmed') setPending(() => action);
      else if (failure.failure === 'signed-out') await app.onSessionLost(failure);
      else app.notices.show(texts.problem(failure.type), { tone: 'problem' });
    }
  };
  const onConfirmed = (): void => {
    setPending(undefined);
    if (pending) void run(pending);
  };
  const dialog = pending ? (
    <ConfirmDialog
      onConfirmed={onConfirmed}
      onClose={() => {
        setPending(undefined);
      }}
    />
  ) : null;
  return { run, dialog };
}
