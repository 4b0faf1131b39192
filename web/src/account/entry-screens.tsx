import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { EntryApi } from '../api/account-api.js';
import { asApiError, type ApiError } from '../api/api-error.js';
import type { Account } from '../api/session-api.js';
import { PATHS, type Screen } from '../state/route.js';
import { useApp } from '../ui/context.js';
import { PasswordField, TextField } from '../ui/fields.js';
import { Link } from '../ui/link.js';
import { Form } from '../ui/form.js';
import { useAccountRules } from './account-rules.js';
import { NewPassword } from './new-password.js';
import { useAccountTexts } from './texts.js';

const entry = new EntryApi();

/** Screens for a visitor without a session: log in, sign up, recover. Who never logged in here is offered an account. */
export function EntryScreens({ screen }: { screen: Screen }) {
  const { hasAccount } = useApp().app.preferences.current.value;
  if (screen === 'recovery') return <Recovery key="recovery" />;
  if (screen === 'log-in' || (screen !== 'sign-up' && hasAccount)) return <LogIn key="log-in" />;
  return <SignUp key="sign-up" />;
}

function EntryCard({ title, text, children }: { title: string; text: string; children: ComponentChildren }) {
  const card = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const field = card.current?.querySelector<HTMLElement>('input');
    (field ?? card.current?.querySelector<HTMLElement>('h1'))?.focus();
  }, []);
  return (
    <section ref={card} class="card narrow">
      <h1 tabIndex={-1}>{title}</h1>
      <p class="lead">{text}</p>
      {children}
    </section>
  );
}

function LogIn() {
  const { app } = useApp();
  const texts = useAccountTexts();
  const { hasAccount } = app.preferences.current.value;
  return (
    <EntryCard title={texts.logInTitle} text={hasAccount ? texts.logInText : texts.signUpText}>
      <Form
        required={['username', 'password']}
        button={texts.logIn}
        onSubmit={async ({ username = '', password = '' }) => {
          app.onLoggedIn(await entry.logIn(username, password));
        }}
      >
        {(errorOf) => (
          <>
            <UsernameField error={errorOf('username')} />
            <PasswordField
              name="password"
              label={texts.password}
              autocomplete="current-password"
              error={errorOf('password')}
            />
          </>
        )}
      </Form>
      <p class="entry-links">
        <Link to={PATHS.recovery}>{texts.forgot}</Link>
        <span>
          {texts.noAccount} <Link to={PATHS['sign-up']}>{texts.signUp}</Link>
        </span>
      </p>
    </EntryCard>
  );
}

function SignUp() {
  const { app } = useApp();
  const texts = useAccountTexts();
  const rules = useAccountRules();
  const [closed, setClosed] = useState(false);

  const signUp = async ({ username = '', password = '' }: Record<string, string>): Promise<void> => {
    try {
      const { account, recoveryCode } = await entry.signUp(username, password);
      app.onCodeMade(account, recoveryCode);
    } catch (error) {
      const failure = asApiError(error);
      if (failure.type === 'sign-up-closed') {
        setClosed(true);
        return;
      }
      if (failure.failure !== 'unreachable' && failure.status !== 504) throw failure;
      await recoverLostAnswer(username, password, failure);
    }
  };
  /** The account may have been created although the answer was lost. */
  const recoverLostAnswer = async (username: string, password: string, failure: ApiError): Promise<void> => {
    let account: Account;
    try {
      account = await entry.logIn(username, password);
    } catch {
      throw failure;
    }
    app.onCodeMade(account, await entry.newRecoveryCode(account), texts.signUpLost);
  };

  if (closed || rules?.signUp === 'closed') {
    return (
      <EntryCard key="closed" title={texts.signUpClosedTitle} text={texts.signUpClosedText}>
        <Link to={PATHS['log-in']} class="button wide">
          {texts.logIn}
        </Link>
      </EntryCard>
    );
  }
  return (
    <EntryCard title={texts.signUpTitle} text={texts.signUpText}>
      <Form required={['username', 'password']} button={texts.signUp} onSubmit={signUp}>
        {(errorOf) => (
          <>
            <UsernameField error={errorOf('username')} hint={texts.usernameHint} />
            <NewPassword
              name="password"
              label={texts.password}
              error={errorOf('password')}
              minLength={rules?.passwordMinLength}
            />
          </>
        )}
      </Form>
      <p class="entry-links">
        <span>
          {texts.haveAccount} <Link to={PATHS['log-in']}>{texts.logIn}</Link>
        </span>
      </p>
    </EntryCard>
  );
}

function Recovery() {
  const { app } = useApp();
  const texts = useAccountTexts();
  const rules = useAccountRules();
  return (
    <EntryCard title={texts.recoveryTitle} text={texts.recoveryText}>
      <Form
        required={['username', 'recoveryCode', 'newPassword']}
        button={texts.recover}
        onSubmit={async ({ username = '', recoveryCode = '', newPassword = '' }) => {
          const made = await entry.recover(username, recoveryCode, newPassword);
          app.onCodeMade(made.account, made.recoveryCode);
        }}
      >
        {(errorOf) => (
          <>
            <UsernameField error={errorOf('username')} />
            <TextField
              name="recoveryCode"
              label={texts.recoveryCode}
              autocomplete="off"
              error={errorOf('recoveryCode')}
            />
            <NewPassword
              name="newPassword"
              label={texts.newPassword}
              error={errorOf('newPassword')}
              minLength={rules?.passwordMinLength}
            />
          </>
        )}
      </Form>
      <p class="entry-links">
        <Link to={PATHS['log-in']}>{texts.logIn}</Link>
      </p>
    </EntryCard>
  );
}

function UsernameField({ error, hint }: { error?: string | undefined; hint?: string }) {
  const texts = useAccountTexts();
  return (
    <TextField
      name="username"
      label={texts.username}
      hint={hint}
      error={error}
      autocomplete="username"
      maxLength={64}
    />
  );
}
