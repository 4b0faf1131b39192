import { useEffect, useRef, useState } from 'preact/hooks';
import { NOTE_MAX_LENGTH } from '@tasks/idl';
import { textOf, withText } from '../dates/steps.js';
import type { OpenTask } from '../state/open-task.js';
import type { Row } from '../state/task.js';
import { partsOf } from '../tasks/linked-name.js';
import { useOpenAccount, useTextsOf } from '../ui/context.js';
import { GrowingField } from './growing-field.js';
import { Steps } from './steps.js';
import { detailsTexts } from './texts.js';

/** Pause in typing after which a note is saved. */
const SAVE_PAUSE_MS = 1_000;

/** Text that is being typed, and the note that it began from. */
interface Draft {
  readonly text: string;
  readonly base: string;
}

interface NoteProps {
  readonly open: OpenTask;
  readonly row: Row;
  readonly readOnly: boolean;
}

/** The note of the open task: its steps, and its text, saved while it is typed. */
export function Note({ open, row, readOnly }: NoteProps) {
  const { tasks } = useOpenAccount().workspace;
  const texts = useTextsOf(detailsTexts);
  if (open.note.state === 'loading') return <p class="details-hint">{texts.loadingNote}</p>;
  if (open.note.state === 'failed') {
    return (
      <div class="details-hint" role="alert">
        <p>{texts.noteFailed}</p>
        <button type="button" class="button" onClick={() => void tasks.open.show(row.id, row.list)}>
          {texts.tryAgain}
        </button>
      </div>
    );
  }
  return <NoteText open={open} note={open.note.text} row={row} readOnly={readOnly} />;
}

interface NoteTextProps extends NoteProps {
  readonly note: string;
}

function NoteText({ open, note, row, readOnly }: NoteTextProps) {
  const { tasks } = useOpenAccount().workspace;
  const texts = useTextsOf(detailsTexts);
  const [draft, setShown] = useState<Draft>();
  // Also up to date in an event that comes before the next render.
  const current = useRef<Draft>(undefined);
  const setDraft = (changed: Draft | undefined): void => {
    current.current = changed;
    setShown(changed);
  };
  const save = (changed: string): void => {
    tasks.edit([row], { note: changed === '' ? null : changed }, open);
  };
  const commit = (): void => {
    const { text, base } = current.current ?? {};
    if (text === undefined) return;
    setDraft(undefined);
    const changed = withText(note, text.trim());
    if (changed === note) return;
    // Another device was faster while the reader was typing: nothing of either is lost.
    if (base !== note) tasks.open.keepTyped(row.id, changed);
    else save(changed);
  };
  const last = useRef(commit);
  last.current = commit;
  useEffect(() => {
    if (draft === undefined) return undefined;
    const timer = setTimeout(() => {
      last.current();
    }, SAVE_PAUSE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [draft]);
  useEffect(() => {
    const onHidden = (): void => {
      last.current();
    };
    addEventListener('pagehide', onHidden);
    return () => {
      removeEventListener('pagehide', onHidden);
      onHidden();
    };
  }, []);
  const mine = open.typed;
  const links = partsOf(`${row.name}\n${note}`).flatMap(({ address }) => address ?? []);
  return (
    <>
      <Steps note={note} readOnly={readOnly} onChange={save} />
      {mine !== undefined && (
        <div class="conflict" role="alert">
          <p>{texts.conflict}</p>
          <p class="conflict-text" dir="auto">
            {mine}
          </p>
          <div class="row-buttons">
            <button
              type="button"
              class="button primary"
              onClick={() => {
                tasks.open.dropTyped(row.id);
                save(mine);
              }}
            >
              {texts.useMine}
            </button>
            <button
              type="button"
              class="button"
              onClick={() => {
                tasks.open.dropTyped(row.id);
              }}
            >
              {texts.keepOther}
            </button>
          </div>
        </div>
      )}
      {(!readOnly || textOf(note) !== '') && (
        <GrowingField
          class="note"
          label={texts.note}
          placeholder={texts.notePlaceholder}
          value={draft?.text ?? textOf(note)}
          maxLength={NOTE_MAX_LENGTH}
          readOnly={readOnly}
          onInput={(text) => {
            setDraft({ text, base: draft?.base ?? note });
          }}
          onCommit={commit}
        />
      )}
      {links.length > 0 && (
        <ul class="links" aria-label={texts.links}>
          {links.map((address, place) => (
            <li key={place}>
              <a href={address} target="_blank" rel="noopener noreferrer nofollow">
                {address.replace(/^https?:\/\//i, '')}
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
