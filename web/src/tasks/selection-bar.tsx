import { useRef, useState } from 'preact/hooks';
import { canEdit } from '../state/lists.js';
import type { Row } from '../state/task.js';
import { wallClockOf } from '../state/wall-clock.js';
import { useOpenAccount, useTexts, useTextsOf } from '../ui/context.js';
import { Icon } from '../ui/icon.js';
import { Lazy } from '../ui/lazy.js';
import { MenuButton, type MenuItem } from '../ui/menu.js';
import { keepFocus } from './keep-focus.js';
import { taskTexts } from './texts.js';
import { MORE_ICONS } from '../ui/more-icons.js';

/** The commands on the selected rows, at the foot of the page. */
export function SelectionBar() {
  const { lists, tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const own = useTextsOf(taskTexts);
  const ids = tasks.selected.ids.value;
  const rows: readonly Row[] = [...ids].map((id) => tasks.list.find(id)).filter((row) => row !== undefined);
  if (rows.length === 0) return null;
  const editable = rows.filter((row) => {
    const list = lists.find(row.list);
    return list && canEdit(list);
  });
  const end = (command: () => void = () => undefined): void => {
    const [first] = ids;
    tasks.selected.clear();
    keepFocus(tasks, first, command);
  };
  const isDone = editable.every(({ done }) => done);
  const isStarred = editable.every(({ starred }) => starred);
  const moves = lists.lists.value.filter(canEdit).map((list): MenuItem => ({
    label: lists.nameOf(list),
    icon: MORE_ICONS.list,
    run: () => {
      end(() => {
        tasks.move(editable, list.id);
      });
    },
  }));
  return (
    <div class="selection" role="toolbar" aria-label={own.selectionActions}>
      <p role="status">{own.selectedCount(rows.length)}</p>
      {editable.length > 0 && (
        <>
          <button
            type="button"
            class="icon-button"
            aria-label={isDone ? own.reopen : own.complete}
            title={isDone ? own.reopen : own.complete}
            onClick={() => {
              end(() => {
                tasks.setDone(editable, !isDone);
              });
            }}
          >
            <Icon name="check" />
          </button>
          <DateButton rows={editable} />
          <button
            type="button"
            class="icon-button"
            aria-label={isStarred ? own.removeStar : texts.star}
            title={isStarred ? own.removeStar : texts.star}
            onClick={() => {
              tasks.edit(editable, { starred: !isStarred });
            }}
          >
            <Icon name="star" />
          </button>
          <MenuButton label={own.moveList} class="icon-button" items={moves}>
            <Icon path={MORE_ICONS.inbox} />
          </MenuButton>
          <button
            type="button"
            class="icon-button"
            aria-label={texts.delete}
            title={texts.delete}
            onClick={() => {
              end(() => {
                tasks.remove(editable);
              });
            }}
          >
            <Icon path={MORE_ICONS.trash} />
          </button>
        </>
      )}
      <button
        type="button"
        class="icon-button"
        aria-label={own.endSelection}
        title={own.endSelection}
        onClick={() => {
          end();
        }}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

/** Gives all selected tasks one date, or none. */
function DateButton({ rows }: { rows: readonly Row[] }) {
  const { tasks } = useOpenAccount().workspace;
  const own = useTextsOf(taskTexts);
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [first, ...others] = rows.map(({ dueOn }) => dueOn);
  return (
    <>
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-label={own.setDate}
        title={own.setDate}
        aria-haspopup="dialog"
        onClick={() => {
          setOpen(true);
        }}
      >
        <Icon path={MORE_ICONS.today} />
      </button>
      {isOpen && button.current && (
        <Lazy
          load={async () => (await import('../dates/date-picker.js')).DatePicker}
          anchor={button.current}
          dueOn={others.every((dueOn) => dueOn === first) ? first : undefined}
          now={wallClockOf(Date.now())}
          canClear={rows.some(({ dueOn }) => dueOn !== undefined)}
          onChange={(dueOn: string | null) => {
            // A repeat needs a date.
            tasks.edit(rows, dueOn === null ? { dueOn, repeat: null } : { dueOn });
          }}
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </>
  );
}
