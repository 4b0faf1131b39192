import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { List } from '../api/lists-api.js';
import { LIST_NAME_MAX_LENGTH } from '../api/sharing-api.js';
import { pathOf } from '../state/route.js';
import { useApp, useOpenAccount, useTexts, useTextsOf } from '../ui/context.js';
import { announce } from '../ui/announcer.js';
import { Icon } from '../ui/icon.js';
import { Link } from '../ui/link.js';
import { preventNextClick } from '../ui/next-click.js';
import { ListMenu } from './list-menu.js';
import { sideBarTexts } from './side-bar-texts.js';
import { MORE_ICONS } from '../ui/more-icons.js';

/** Distance after which a pressed mouse drags, in pixels. */
const DRAG_AFTER = 5;

interface EntriesProps {
  /** Follows a link; unset: as any other. */
  go?: ((to: string) => void) | undefined;
}

/** The lists, which can be renamed and moved where they are, and a field for a new one. */
export function ListEntries({ go }: EntriesProps) {
  const { lists } = useOpenAccount().workspace;
  const texts = useTexts();
  const own = useTextsOf(sideBarTexts);
  const all = lists.lists.value;
  const [renamed, setRenamed] = useState<string>();
  const element = useRef<HTMLUListElement>(null);
  const move = (list: List, place: number): void => {
    if (place < 0 || place >= all.length) return;
    lists.reorder(list, place);
    announce(own.listMoved(lists.nameOf(list), place + 1, all.length));
  };
  const { drag, onPointerDown } = useDrag(element, all, move);
  const focus = (list: List | undefined): void => {
    document.getElementById(list ? linkId(list) : 'new-list')?.focus();
  };
  // The field had the focus.
  const before = useRef<string>(undefined);
  useLayoutEffect(() => {
    if (renamed === undefined && before.current !== undefined && document.activeElement === document.body)
      document.getElementById(`list-${before.current}`)?.focus();
    before.current = renamed;
  }, [renamed]);
  return (
    <section class="side-lists" aria-label={texts.lists}>
      <h2 class="side-title">{texts.lists}</h2>
      <ul ref={element} class={drag ? 'is-dragging' : ''} onPointerDown={onPointerDown}>
        {all.map((list, place) => (
          <li
            key={list.id}
            class={`list-entry${drag?.id === list.id ? ' is-dragged' : ''}${dropMark(drag, all, place)}`}
            data-list={list.id}
          >
            {renamed === list.id ? (
              <NameField
                label={texts.listName}
                value={lists.nameOf(list)}
                onDone={(name) => {
                  if (name !== undefined) lists.rename(list, name);
                  setRenamed(undefined);
                }}
              />
            ) : (
              <>
                <ListLink
                  list={list}
                  go={go}
                  onKeyDown={(event) => {
                    if (event.key === 'F2' && list.role === 'owner') setRenamed(list.id);
                    else if (event.altKey && event.key === 'ArrowUp') move(list, place - 1);
                    else if (event.altKey && event.key === 'ArrowDown') move(list, place + 1);
                    else return;
                    event.preventDefault();
                    event.stopPropagation();
                  }}
                />
                <ListMenu
                  list={list}
                  onRename={() => {
                    setRenamed(list.id);
                  }}
                  onMove={{
                    up:
                      place > 0
                        ? () => {
                            move(list, place - 1);
                          }
                        : undefined,
                    down:
                      place < all.length - 1
                        ? () => {
                            move(list, place + 1);
                          }
                        : undefined,
                  }}
                  onGone={() => {
                    focus(all[place + 1] ?? all[place - 1]);
                  }}
                />
              </>
            )}
          </li>
        ))}
      </ul>
      <NewList go={go} />
    </section>
  );
}

function ListLink({ list, go, onKeyDown }: EntriesProps & { list: List; onKeyDown: (event: KeyboardEvent) => void }) {
  const { router } = useApp();
  const { lists, tasks } = useOpenAccount().workspace;
  const own = useTextsOf(sideBarTexts);
  const open = tasks.list.countsOf(list)?.open ?? 0;
  const { view, text } = router.route.value;
  return (
    <Link
      to={pathOf({ kind: 'list', list: list.id })}
      id={linkId(list)}
      class="side-link"
      isCurrent={text === '' && view?.kind === 'list' && view.list === list.id}
      go={go}
      onKeyDown={onKeyDown}
    >
      <span class={`list-dot ${list.color ?? ''}`} aria-hidden="true" />
      <span class="side-name" dir="auto">
        {lists.nameOf(list)}
      </span>
      {list.members > 1 && (
        <>
          <Icon path={MORE_ICONS.people} />
          <span class="visually-hidden">{own.sharedList}</span>
        </>
      )}
      {open > 0 && (
        <span class="count">
          {open}
          <span class="visually-hidden"> {own.openTasks}</span>
        </span>
      )}
    </Link>
  );
}

function linkId({ id }: List): string {
  return `list-${id}`;
}

function NewList({ go }: EntriesProps) {
  const { router } = useApp();
  const { lists } = useOpenAccount().workspace;
  const texts = useTexts();
  const own = useTextsOf(sideBarTexts);
  const [state, setState] = useState<'idle' | 'naming' | 'cancelled'>('idle');
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (state === 'cancelled') button.current?.focus();
  }, [state]);
  if (state === 'naming') {
    return (
      <NameField
        label={texts.listName}
        value=""
        onDone={(name, isKeyed) => {
          const id = name === undefined ? undefined : lists.create(name);
          setState(isKeyed && id === undefined ? 'cancelled' : 'idle');
          if (isKeyed && id !== undefined) (go ?? router.go.bind(router))(pathOf({ kind: 'list', list: id }));
        }}
      />
    );
  }
  return (
    <button
      ref={button}
      type="button"
      id="new-list"
      class="side-link new-list"
      onClick={() => {
        setState('naming');
      }}
    >
      <Icon name="plus" />
      {own.newList}
    </button>
  );
}

interface NameFieldProps {
  label: string;
  value: string;
  /** Runs once: with the name after Enter or when the focus leaves, without one after Esc. `isKeyed`: a key ended it. */
  onDone: (name: string | undefined, isKeyed: boolean) => void;
}

export function NameField({ label, value, onDone }: NameFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const finish = (name: string | undefined, isKeyed: boolean): void => {
    // Removing the field takes its focus.
    if (isDone.current) return;
    isDone.current = true;
    onDone(name, isKeyed);
  };
  return (
    <input
      ref={field}
      class="side-field"
      aria-label={label}
      placeholder={label}
      dir="auto"
      autocomplete="off"
      enterkeyhint="done"
      maxLength={LIST_NAME_MAX_LENGTH}
      defaultValue={value}
      onKeyDown={(event) => {
        if (event.isComposing) return;
        if (event.key === 'Enter') finish(event.currentTarget.value, true);
        else if (event.key === 'Escape') finish(undefined, true);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
      onBlur={(event) => {
        finish(event.currentTarget.value.trim() === '' ? undefined : event.currentTarget.value, false);
      }}
    />
  );
}

/** A list that is dragged, and the place among the others where it would be dropped. */
interface Drag {
  readonly id: string;
  readonly place: number;
}

/** Lets the mouse drag the rows of a list. */
function useDrag(
  element: { readonly current: HTMLUListElement | null },
  all: readonly List[],
  onDrop: (list: List, place: number) => void,
): { drag: Drag | undefined; onPointerDown: (event: PointerEvent) => void } {
  const [drag, setDrag] = useState<Drag>();
  const [pressed, setPressed] = useState<{ list: List; y: number }>();
  useEffect(() => {
    if (pressed === undefined) return undefined;
    let current: Drag | undefined;
    const onMove = ({ clientY }: PointerEvent): void => {
      if (current === undefined && Math.abs(clientY - pressed.y) < DRAG_AFTER) return;
      const rows = [...(element.current?.children ?? [])] as HTMLElement[];
      const others = rows.filter((row) => row.dataset['list'] !== pressed.list.id);
      const place = others.filter((row) => middleOf(row) < clientY).length;
      if (place === current?.place) return;
      current = { id: pressed.list.id, place };
      setDrag(current);
    };
    const onUp = (): void => {
      if (current) {
        onDrop(pressed.list, current.place);
        // The link below the pointer is not followed.
        preventNextClick();
      }
      end();
    };
    const end = (): void => {
      setDrag(undefined);
      setPressed(undefined);
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      current = undefined;
      end();
    };
    addEventListener('pointermove', onMove);
    addEventListener('pointerup', onUp);
    addEventListener('pointercancel', end);
    addEventListener('keydown', onKeyDown);
    return () => {
      removeEventListener('pointermove', onMove);
      removeEventListener('pointerup', onUp);
      removeEventListener('pointercancel', end);
      removeEventListener('keydown', onKeyDown);
    };
  }, [pressed]);
  return {
    drag,
    onPointerDown: ({ target, button, pointerType, clientY }) => {
      // A finger scrolls; the menu moves lists too.
      const row = (target as Element).closest<HTMLElement>('[data-list]');
      const isOnLink = (target as Element).closest('.side-link') !== null;
      const list = all.find(({ id }) => id === row?.dataset['list']);
      if (list && isOnLink && button === 0 && pointerType !== 'touch') setPressed({ list, y: clientY });
    },
  };
}

function middleOf(element: Element): number {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
}

/** The class of a row that shows where the dragged one would be dropped. */
function dropMark(drag: Drag | undefined, all: readonly List[], place: number): string {
  if (drag === undefined) return '';
  const others = all.filter(({ id }) => id !== drag.id);
  const row = all[place];
  if (row !== undefined && row === others[drag.place]) return ' drop-above';
  return drag.place === others.length && row === others.at(-1) ? ' drop-below' : '';
}
