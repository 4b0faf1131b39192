import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { asApiError } from '../api/api-error.js';
import type { Role } from '../api/lists-api.js';
import { LIST_NAME_MAX_LENGTH, SharingApi } from '../api/sharing-api.js';
import { pathOf, PATHS } from '../state/route.js';
import { useApp, useOpenAccount, useTexts, useTextsOf } from '../ui/context.js';
import { TextField } from '../ui/fields.js';
import { Form } from '../ui/form.js';
import { Link } from '../ui/link.js';
import { listTexts } from './texts.js';

/** The address of an invitation, `/join#SECRET`. Nothing is looked up before a click, so that a preview tells nothing. */
export function JoinScreen() {
  const { app, router } = useApp();
  const texts = useTextsOf(listTexts);
  const shared = useTexts();
  const [secret, setSecret] = useState(app.invitation.secret);
  const route = router.route.value;
  useEffect(() => {
    const fromAddress = location.hash.slice(1);
    if (fromAddress === '') return;
    app.invitation.keep(fromAddress);
    setSecret(fromAddress);
    // The address stays in the history of the browser.
    history.replaceState(null, '', PATHS.join);
  }, [route]);
  if (secret === undefined && location.hash === '') return <Failed />;
  if (app.open === undefined) {
    return (
      <JoinCard title={shared.joinTitle} text={texts.joinLogIn}>
        <div class="row-buttons">
          <Link to={PATHS['sign-up']} class="button primary">
            {shared.signUp}
          </Link>
          <Link to={PATHS['log-in']} class="button">
            {shared.logIn}
          </Link>
        </div>
      </JoinCard>
    );
  }
  return <Offer key={secret} secret={secret ?? ''} />;
}

interface Offered {
  readonly name: string;
  readonly role: Role;
}

function Offer({ secret }: { secret: string }) {
  const { app, router } = useApp();
  const { http, lists, notices } = useOpenAccount().workspace;
  const sharing = new SharingApi(http);
  const texts = useTextsOf(listTexts);
  const shared = useTexts();
  const [offer, setOffer] = useState<Offered | 'none'>();
  const leave = (path: string): void => {
    app.invitation.clear();
    router.go(path, true);
  };
  /** Runs a request for the invitation; one that does not work any more is no fault of a field. */
  const attempt = async (action: () => Promise<void>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      if (asApiError(error).status !== 404) throw error;
      app.invitation.clear();
      setOffer('none');
    }
  };
  if (offer === 'none') return <Failed />;
  if (offer === undefined) {
    return (
      <JoinCard key="closed" title={shared.joinTitle} text={texts.joinText}>
        <Form
          required={[]}
          button={texts.lookUp}
          onSubmit={() =>
            attempt(async () => {
              const { list, role } = await sharing.lookUp(secret);
              setOffer({ name: lists.nameOf({ name: list.name, isFirst: false }), role });
            })
          }
          beside={<NotNow onClick={leave} />}
        >
          {() => null}
        </Form>
      </JoinCard>
    );
  }
  return (
    <JoinCard key="open" title={shared.joinTitle} text={texts.joinHow(offer.name, texts.joinRoles[offer.role])}>
      <Form
        required={['name']}
        button={texts.join}
        onSubmit={({ name = '' }) =>
          attempt(async () => {
            const list = await sharing.accept(secret, name.trim());
            lists.adopt(list);
            leave(pathOf({ kind: 'list', list: list.id }));
            notices.show(texts.joined(lists.nameOf(list)));
          })
        }
        beside={<NotNow onClick={leave} />}
      >
        {(errorOf) => (
          <TextField
            name="name"
            label={texts.joinName}
            hint={texts.joinNameHint}
            autocomplete="name"
            maxLength={LIST_NAME_MAX_LENGTH}
            error={errorOf('name')}
          />
        )}
      </Form>
    </JoinCard>
  );
}

function NotNow({ onClick }: { onClick: (path: string) => void }) {
  const texts = useTextsOf(listTexts);
  return (
    <button
      type="button"
      class="button quiet"
      onClick={() => {
        onClick(PATHS.tasks);
      }}
    >
      {texts.notNow}
    </button>
  );
}

function Failed() {
  const texts = useTextsOf(listTexts);
  const shared = useTexts();
  return (
    <JoinCard key="failed" title={texts.joinFailedTitle} text={texts.joinFailedText}>
      <Link to={PATHS.tasks} class="button">
        {shared.back}
      </Link>
    </JoinCard>
  );
}

interface JoinCardProps {
  title: string;
  text: string;
  children: ComponentChildren;
}

function JoinCard({ title, text, children }: JoinCardProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    heading.current?.focus();
  }, []);
  return (
    <section class="card narrow">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      <p class="lead" dir="auto">
        {text}
      </p>
      {children}
    </section>
  );
}
