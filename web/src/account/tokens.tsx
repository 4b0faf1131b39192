import { useEffect, useRef, useState } from 'preact/hooks';
import { AccountApi, type Scope, type TokenInfo } from '../api/account-api.js';
import { asApiError } from '../api/api-error.js';
import { DAY_MS } from '../dates/days.js';
import { shortDate } from '../i18n/dates.js';
import { useApp, useOpenAccount } from '../ui/context.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/fields.js';
import { Form } from '../ui/form.js';
import { CopyButton, Secret } from '../ui/secret.js';
import { Section } from './section.js';
import { useConfirmation } from './session-dialogs.js';
import { useAccountTexts } from './texts.js';

const LIFETIMES_DAYS = [30, 90, 365];

export function Tokens() {
  const { app } = useApp();
  const { workspace } = useOpenAccount();
  const api = new AccountApi(workspace.http);
  const texts = useAccountTexts();
  const { run, dialog } = useConfirmation();
  const [tokens, setTokens] = useState<readonly TokenInfo[]>();
  const [round, setRound] = useState(0);
  const [secret, setSecret] = useState<string>();
  /** Ids of the lists that the new token reaches; undefined: all. */
  const [chosen, setChosen] = useState<ReadonlySet<string>>();
  const [isUnchosen, setUnchosen] = useState(false);
  const choose = (ids: ReadonlySet<string> | undefined): void => {
    setChosen(ids);
    setUnchosen(false);
  };
  const load = (): Promise<void> =>
    run(async () => {
      setTokens(await api.tokens());
    });
  useEffect(() => void load(), []);
  const remove = (token: TokenInfo): Promise<void> =>
    run(async () => {
      await api.deleteToken(token.id);
      workspace.notices.show(texts.tokenDeleted);
      await load();
      document.querySelector<HTMLElement>('#tokens h2')?.focus();
    });
  const namesOf = (ids: readonly string[]): string => {
    const known = ids.map((id) => workspace.lists.find(id)).filter((list) => list !== undefined);
    const lost = ids.length - known.length;
    const names = known.map((list) => workspace.lists.nameOf(list));
    return [...names, ...(lost > 0 ? [texts.lostLists(lost)] : [])].join(', ');
  };
  const create = async ({ name = '', rights, days }: Record<string, string>): Promise<void> => {
    if (chosen?.size === 0) {
      setUnchosen(true);
      return;
    }
    const scopes: Scope[] = rights === 'read' ? ['tasks:read'] : ['tasks:read', 'tasks:write'];
    // A little less than the full number of days: the server's clock may be behind, and a year is the limit.
    const expiresAt = new Date(Date.now() + Number(days) * DAY_MS - 60_000).toISOString();
    const lists = chosen === undefined ? 'all' : [...chosen];
    const made = async (): Promise<void> => {
      setSecret((await api.createToken({ name: name.trim(), scopes, lists, expiresAt })).token);
      setRound(round + 1);
      choose(undefined);
      await load();
    };
    try {
      await made();
    } catch (error) {
      if (asApiError(error).failure !== 'unconfirmed') throw error;
      await run(made);
    }
  };
  return (
    <Section title={texts.tokens} text={texts.tokensText} id="tokens">
      {tokens?.length === 0 && <p class="hint">{texts.noTokens}</p>}
      <ul class="items">
        {tokens?.map((token) => (
          <li key={token.id}>
            <div>
              <p class="item-title" dir="auto">
                {token.name} <code>…{token.lastFour}</code>
              </p>
              <p class="hint">
                {token.scopes.includes('tasks:write') ? texts.readWriteTasks : texts.readTasks}
                {' · '}
                {texts.expiresOn(shortDate(token.expiresAt, app.language.code.value))}
              </p>
              <p class="hint" dir="auto">
                {texts.tokenReaches(token.lists === 'all' ? texts.tokenAllLists : namesOf(token.lists))}
              </p>
            </div>
            <button
              type="button"
              class="button"
              aria-label={texts.deleteTokenLabel(token.name)}
              onClick={() => void remove(token)}
            >
              {texts.deleteToken}
            </button>
          </li>
        ))}
      </ul>
      <Form key={round} required={['name']} button={texts.createToken} onSubmit={create}>
        {(errorOf) => (
          <div class="token-form">
            <TextField name="name" label={texts.tokenName} autocomplete="off" maxLength={64} error={errorOf('name')} />
            <label class="field">
              <span class="label">{texts.tokenRights}</span>
              <select name="rights">
                <option value="read">{texts.readTasks}</option>
                <option value="write">{texts.readWriteTasks}</option>
              </select>
            </label>
            <ChosenLists chosen={chosen} onChoose={choose} isMissing={isUnchosen} />
            <label class="field">
              <span class="label">{texts.expires}</span>
              <select name="days">
                {LIFETIMES_DAYS.map((days) => (
                  <option key={days} value={days}>
                    {texts.inDays(days)}
                  </option>
                ))}
              </select>
            </label>
          </div>
        )}
      </Form>
      {secret !== undefined && (
        <Dialog title={texts.token}>
          <p>{texts.tokenCreated}</p>
          <Secret label={texts.token} value={secret} />
          <div class="dialog-buttons">
            <CopyButton text={secret} primary />
            <button
              type="button"
              class="button"
              onClick={() => {
                setSecret(undefined);
              }}
            >
              {texts.close}
            </button>
          </div>
        </Dialog>
      )}
      {dialog}
    </Section>
  );
}

interface ChosenListsProps {
  chosen: ReadonlySet<string> | undefined;
  onChoose: (ids: ReadonlySet<string> | undefined) => void;
  /** Whether one has to be chosen first. */
  isMissing: boolean;
}

function ChosenLists({ chosen, onChoose, isMissing }: ChosenListsProps) {
  const { lists } = useOpenAccount().workspace;
  const texts = useAccountTexts();
  const group = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (isMissing) group.current?.querySelector('input')?.focus();
  }, [isMissing]);
  return (
    <>
      <label class="field">
        <span class="label">{texts.tokenLists}</span>
        <select
          value={chosen ? 'some' : 'all'}
          onChange={(event) => {
            onChoose(event.currentTarget.value === 'all' ? undefined : new Set());
          }}
        >
          <option value="all">{texts.tokenAllLists}</option>
          <option value="some">{texts.tokenSomeLists}</option>
        </select>
      </label>
      {chosen && (
        <fieldset ref={group} class="chosen-lists" aria-describedby={isMissing ? 'chosen-lists-error' : undefined}>
          <legend class="visually-hidden">{texts.tokenLists}</legend>
          {lists.lists.value.map((list) => (
            <label key={list.id} class="inline-check">
              <input
                type="checkbox"
                class="check square"
                checked={chosen.has(list.id)}
                onChange={(event) => {
                  const ids = new Set(chosen);
                  if (event.currentTarget.checked) ids.add(list.id);
                  else ids.delete(list.id);
                  onChoose(ids);
                }}
              />
              <span dir="auto">{lists.nameOf(list)}</span>
            </label>
          ))}
          {isMissing && (
            <p class="field-error" id="chosen-lists-error" role="alert">
              {texts.tokenChooseLists}
            </p>
          )}
        </fieldset>
      )}
    </>
  );
}
