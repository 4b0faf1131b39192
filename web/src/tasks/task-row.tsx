import { useLayoutEffect, useRef } from 'preact/hooks';
import { NAME_MAX_LENGTH } from '@tasks/idl';
import type { Row } from '../state/task.js';
import { useApp, useOpenAccount, useTexts } from '../ui/context.js';
import { Icon } from '../ui/icon.js';

/** One row of the list, which handles its keys and clicks; see `data-action`. */
export function TaskRow({ row, editing }: { row: Row; editing: boolean }) {
  const { app } = useApp();
  const texts = useTexts();
  const nameId = `name-${row.id}`;
  return (
    <li class={`task${row.done ? ' is-done' : ''}${editing ? ' is-editing' : ''}`} data-id={row.id}>
      <input type="checkbox" class="check" id={`check-${row.id}`} checked={row.done} aria-labelledby={nameId} />
      {editing ? (
        <RenameField row={row} />
      ) : (
        <span class="name" id={nameId} dir="auto">
          {row.name}
        </span>
      )}
      {row.unsaved && <span class="unsaved" role="img" aria-label={texts.unsaved} title={texts.unsaved} />}
      {!editing && (
        <>
          <time dateTime={row.createdOn} title={texts.created(app.language.fullDate(row.createdOn))}>
            {app.language.shortDate(row.createdOn)}
          </time>
          <span class="actions">
            <button type="button" class="icon-button" data-action="rename" aria-label={texts.renameLabel(row.name)}>
              <Icon name="pencil" />
            </button>
            <button type="button" class="icon-button" data-action="delete" aria-label={texts.deleteLabel(row.name)}>
              <Icon name="trash" />
            </button>
          </span>
        </>
      )}
    </li>
  );
}

function RenameField({ row }: { row: Row }) {
  const { tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const field = useRef<HTMLInputElement>(null);
  const ended = useRef(false);
  // Before the next key, which would reach the checkbox.
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(row.name.length, row.name.length);
  }, []);
  const end = (save: boolean, focusRow: boolean): void => {
    if (ended.current) return;
    ended.current = true;
    const text = tasks.editing.value?.text ?? row.name;
    tasks.editing.value = undefined;
    if (focusRow) tasks.focus.value = row.id;
    if (save) tasks.rename(row, text);
  };
  return (
    <input
      ref={field}
      class="rename"
      id={`name-${row.id}`}
      dir="auto"
      enterkeyhint="done"
      autocomplete="off"
      maxLength={NAME_MAX_LENGTH}
      aria-label={texts.rename}
      value={tasks.editing.value?.text}
      onInput={(event) => {
        tasks.editing.value = { id: row.id, text: event.currentTarget.value };
      }}
      onKeyDown={(event) => {
        if (event.isComposing) return;
        if (event.key === 'Enter') end(true, true);
        if (event.key === 'Escape') end(false, true);
        if (event.key === 'Enter' || event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
        }
      }}
      onBlur={() => {
        end(true, false);
      }}
    />
  );
}
