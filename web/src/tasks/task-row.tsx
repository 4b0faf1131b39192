import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { NAME_MAX_LENGTH } from '@tasks/idl';
import { dueWords } from '../dates/due-words.js';
import { repeatInShort } from '../dates/repeat-in-short.js';
import type { Texts } from '../i18n/en.js';
import type { LanguageCode } from '../i18n/language.js';
import type { Row } from '../state/task.js';
import { wallClockOf } from '../state/wall-clock.js';
import { useOpenAccount, useTexts } from '../ui/context.js';
import { Icon } from '../ui/icon.js';
import { linkedName } from './linked-name.js';

/** What a row shows beside its task. */
export interface RowFlags {
  readonly isEditing: boolean;
  readonly isSelected: boolean;
  /** Whether Tab leads to it: to one row of the list, arrows to the others. */
  readonly isCurrent: boolean;
  readonly isOpen: boolean;
  readonly canEdit: boolean;
  /** Whether the account may only read the list; false while that is not known. */
  readonly isViewOnly: boolean;
  /** The list, in a view of several; not the first. */
  readonly list: { readonly name: string; readonly color: string } | undefined;
  /** Whether a heading says its day. */
  readonly isDated: boolean;
  /** The list's day, since the row is drawn again when it changes at midnight. */
  readonly today: string;
  readonly language: LanguageCode;
  readonly isOnline: boolean;
}

/** The icons of all rows: one object each, which is not compared again with every row. */
export type RowIcons = Readonly<Record<'star' | 'more', VNode>>;

/**
 * Returns the content of a row. The list handles its keys and clicks; see `data-action`. Not a component: dozens of rows
 * are drawn in one frame, and a component takes as long as the elements in it.
 */
export function taskRow(row: Row, flags: RowFlags, icons: RowIcons, texts: Texts) {
  const nameId = `name-${row.id}`;
  const tabIndex = flags.isCurrent ? 0 : -1;
  return (
    <>
      <input
        type="checkbox"
        class="check"
        id={`check-${row.id}`}
        checked={row.done}
        tabIndex={tabIndex}
        {...(flags.isEditing ? { 'aria-label': row.name } : { 'aria-labelledby': nameId })}
        aria-describedby={flags.isEditing ? undefined : `marks-${row.id}`}
        // Not disabled: the row takes the focus by it.
        aria-disabled={flags.canEdit ? undefined : true}
        title={flags.isViewOnly ? texts.viewOnly : undefined}
      />
      {flags.isEditing ? (
        <RenameField row={row} />
      ) : (
        <span class="name" id={nameId} dir="auto" data-action="open">
          {linkedName(row.name)}
        </span>
      )}
      {!flags.isEditing && marks(row, flags, texts)}
      {!flags.isEditing && flags.canEdit && (
        <button
          type="button"
          class={`icon-button star${row.starred ? ' is-starred' : ''}`}
          data-action="star"
          tabIndex={tabIndex}
          aria-pressed={row.starred === true}
          aria-label={texts.starLabel(row.name)}
        >
          {icons.star}
        </button>
      )}
      {!flags.isEditing && flags.canEdit && (
        <button
          type="button"
          class="icon-button more"
          data-action="menu"
          tabIndex={tabIndex}
          aria-haspopup="menu"
          aria-label={texts.taskActions(row.name)}
        >
          {icons.more}
        </button>
      )}
    </>
  );
}

/** The small marks beside the name, which also describe the check mark to screen readers. */
function marks(row: Row, { isSelected, isViewOnly, list, isDated, today, language, isOnline }: RowFlags, texts: Texts) {
  const { id, dueOn, steps, repeat } = row;
  const due = dueOn && dueWords(dueOn, today + wallClockOf(Date.now()).slice(today.length), language);
  // The next task of the series is the server's to make.
  const repeatsLater = row.done && row.unsaved && !isOnline;
  return (
    <span class="marks" id={`marks-${id}`}>
      {isSelected && <span class="visually-hidden">{texts.selected}</span>}
      {isViewOnly && <span class="visually-hidden">{texts.viewOnly}</span>}
      {list && (
        <span class="mark list-name" dir="auto">
          <span class={`list-dot ${list.color}`} aria-hidden="true" />
          {list.name}
        </span>
      )}
      {steps && (
        <span class="mark">
          <Icon name="check" />
          <span aria-hidden="true">
            {steps.done}/{steps.total}
          </span>
          <span class="visually-hidden">{texts.stepsDone(steps.done, steps.total)}</span>
        </span>
      )}
      {row.note !== undefined && !steps && (
        <span class="mark" role="img" aria-label={texts.hasNote}>
          <Icon name="note" />
        </span>
      )}
      {repeat !== undefined && (
        <span class="mark" title={repeatInShort(repeat, language)}>
          <Icon name="repeat" />
          <span class={repeatsLater ? '' : 'visually-hidden'}>
            {repeatsLater ? texts.repeatsLater : repeatInShort(repeat, language)}
          </span>
        </span>
      )}
      {due && (
        <time
          class={
            isDated && due.time === undefined
              ? 'visually-hidden'
              : `mark due${due.isOverdue && !row.done ? ' is-overdue' : ''}`
          }
          dateTime={dueOn}
        >
          <span class="visually-hidden">
            {due.isOverdue ? texts.overdueSince('') : texts.due('')}
            {isDated && due.text}
          </span>
          {isDated ? <span aria-hidden="true">{due.time}</span> : due.text}
        </time>
      )}
      {row.unsaved && <span class="unsaved" role="img" aria-label={texts.unsaved} title={texts.unsaved} />}
    </span>
  );
}

function RenameField({ row }: { row: Row }) {
  const { tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const field = useRef<HTMLInputElement>(null);
  const ended = useRef(false);
  // Before the next key, which would reach the checkbox.
  useLayoutEffect(() => {
    field.current?.focus({ preventScroll: true });
    field.current?.setSelectionRange(row.name.length, row.name.length);
  }, []);
  // The focus stays in the row: `useRowKeys` gives it what the field had.
  const end = (save: boolean): void => {
    if (ended.current) return;
    ended.current = true;
    const text = tasks.editing.value?.text ?? row.name;
    tasks.editing.value = undefined;
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
        if (event.key === 'Enter') end(true);
        if (event.key === 'Escape') end(false);
        if (event.key === 'Enter' || event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
        }
      }}
      onBlur={() => {
        end(true);
      }}
    />
  );
}
