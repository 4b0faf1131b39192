import { useState } from 'preact/hooks';
import { NAME_MAX_LENGTH } from '@tasks/idl';
import { dayNumber } from '../dates/days.js';
import { formatDay } from '../dates/due-words.js';
import { canEdit } from '../state/lists.js';
import type { OpenTask } from '../state/open-task.js';
import type { Row } from '../state/task.js';
import { dayOf, wallClockOf } from '../state/wall-clock.js';
import { keepFocus } from '../tasks/keep-focus.js';
import { useApp, useOpenAccount, useTextsOf } from '../ui/context.js';
import { Icon } from '../ui/icon.js';
import { DueFields } from './due-fields.js';
import { GrowingField } from './growing-field.js';
import { Note } from './note.js';
import { Panel } from './panel.js';
import { detailsTexts } from './texts.js';
import { MORE_ICONS } from '../ui/more-icons.js';

/** The details of the task in the address: a panel beside the list, or a sheet over it in a narrow window. */
export function TaskDetails() {
  const { tasks } = useOpenAccount().workspace;
  const { router } = useApp();
  const texts = useTextsOf(detailsTexts);
  const open = tasks.open.current.value;
  if (open === undefined) return null;
  const close = (): void => {
    router.closeTask();
    tasks.focus.value = open.id;
  };
  return (
    <Panel key={open.id} label={texts.details} onClose={close}>
      <div class="details-head">
        <ListField row={open.row} />
        <button type="button" class="icon-button" aria-label={texts.close} onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      {open.row ? <Fields open={open} row={open.row} /> : <Missing open={open} onClose={close} />}
    </Panel>
  );
}

interface FieldsProps {
  readonly open: OpenTask;
  readonly row: Row;
}

function Fields({ open, row }: FieldsProps) {
  const { tasks, lists } = useOpenAccount().workspace;
  const { app, router } = useApp();
  const texts = useTextsOf(detailsTexts);
  const list = lists.find(row.list);
  const readOnly = list !== undefined && !canEdit(list);
  const day = (iso: string): string => formatDay(dayNumber(dayOf(Date.parse(iso))), 'year', app.language.code.value);
  return (
    <div class="details-body">
      <div class={row.done ? 'details-name is-done' : 'details-name'}>
        <input
          type="checkbox"
          class="check"
          checked={row.done}
          disabled={readOnly}
          aria-label={texts.done}
          onChange={(event) => {
            tasks.setDone([row], event.currentTarget.checked);
          }}
        />
        <NameField row={row} readOnly={readOnly} />
        <button
          type="button"
          class="icon-button star"
          aria-label={texts.star}
          aria-pressed={row.starred === true}
          disabled={readOnly}
          onClick={() => {
            tasks.edit([row], { starred: row.starred !== true });
          }}
        >
          <Icon name="star" />
        </button>
      </div>
      {readOnly && <p class="details-hint">{texts.readOnly}</p>}
      <DueFields
        row={row}
        now={wallClockOf(Date.now())}
        readOnly={readOnly}
        onChange={(changes) => {
          tasks.edit([row], changes);
        }}
      />
      <Note open={open} row={row} readOnly={readOnly} />
      <div class="details-foot">
        <p>
          {row.doneOn !== undefined && <span>{texts.doneOn(day(row.doneOn))}</span>}
          {row.changedOn !== undefined && <span>{texts.changed(day(row.changedOn))}</span>}
          <span>{texts.created(day(row.createdOn))}</span>
        </p>
        {!readOnly && (
          <button
            type="button"
            class="icon-button"
            aria-label={texts.delete}
            title={texts.delete}
            onClick={() => {
              router.closeTask();
              keepFocus(tasks, row.id, () => {
                tasks.remove([row]);
              });
            }}
          >
            <Icon path={MORE_ICONS.trash} />
          </button>
        )}
      </div>
    </div>
  );
}

/** The name; Enter saves it, and an empty one is not taken. */
function NameField({ row, readOnly }: { row: Row; readOnly: boolean }) {
  const { tasks } = useOpenAccount().workspace;
  const texts = useTextsOf(detailsTexts);
  const [draft, setDraft] = useState<string>();
  const commit = (): void => {
    if (draft === undefined) return;
    setDraft(undefined);
    const name = draft.replace(/\s+/g, ' ').trim();
    if (name !== '' && name !== row.name) tasks.rename(row, name);
  };
  return (
    <GrowingField
      class="name-field"
      label={texts.name}
      value={draft ?? row.name}
      maxLength={NAME_MAX_LENGTH}
      readOnly={readOnly}
      enterkeyhint="done"
      onInput={setDraft}
      onCommit={commit}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.isComposing) return;
        event.preventDefault();
        commit();
      }}
    />
  );
}

/** The list of the task; another one moves it there. */
function ListField({ row }: { row: Row | undefined }) {
  const { tasks, lists } = useOpenAccount().workspace;
  const texts = useTextsOf(detailsTexts);
  if (row === undefined) return <span />;
  const list = lists.find(row.list);
  const targets = lists.lists.value.filter(canEdit);
  if (targets.length < 2 || (list && !canEdit(list))) {
    return <span class="details-list">{list && lists.nameOf(list)}</span>;
  }
  return (
    <select
      class="details-list"
      aria-label={texts.list}
      value={row.list}
      onChange={(event) => {
        tasks.move([row], event.currentTarget.value);
      }}
    >
      {targets.map((target) => (
        <option key={target.id} value={target.id}>
          {lists.nameOf(target)}
        </option>
      ))}
    </select>
  );
}

/** In place of a task that is not read yet, or is gone. */
function Missing({ open, onClose }: { open: OpenTask; onClose: () => void }) {
  const { tasks } = useOpenAccount().workspace;
  const texts = useTextsOf(detailsTexts);
  if (open.note.state !== 'failed') {
    return (
      <p class="details-hint" role="status">
        {texts.loadingNote}
      </p>
    );
  }
  const isGone = open.note.error.status === 404;
  return (
    <div class="message" role="alert">
      <Icon name={isGone ? 'search' : 'warning'} />
      <h2>{isGone ? texts.goneTitle : texts.failedTitle}</h2>
      {isGone && <p>{texts.goneText}</p>}
      {isGone ? (
        <button type="button" class="button" onClick={onClose}>
          {texts.back}
        </button>
      ) : (
        <button type="button" class="button" onClick={() => void tasks.open.show(open.id, undefined)}>
          {texts.tryAgain}
        </button>
      )}
    </div>
  );
}
