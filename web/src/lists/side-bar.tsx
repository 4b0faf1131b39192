import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { AccountMenu } from '../account/account-menu.js';
import { pathOf } from '../state/route.js';
import type { View } from '../state/view.js';
import { useApp, useOpenAccount, useTexts, useTextsOf } from '../ui/context.js';
import { Icon, ICONS } from '../ui/icon.js';
import { Link } from '../ui/link.js';
import { NARROW, useMedia } from '../ui/media.js';
import { ListEntries } from './list-entries.js';
import { sideBarTexts } from './side-bar-texts.js';
import { MORE_ICONS } from '../ui/more-icons.js';

/** The views and lists: a column, or on a phone a button that opens them in a drawer. */
export function SideBar() {
  const texts = useTexts();
  const isNarrow = useMedia(NARROW);
  if (isNarrow) return <Drawer />;
  return (
    <nav class="side-bar" aria-label={texts.lists}>
      <Entries />
    </nav>
  );
}

/** A button that opens the drawer. */
function Drawer() {
  const texts = useTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        class="icon-button drawer-button"
        aria-label={texts.lists}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => {
          history.pushState(null, '');
          setOpen(true);
        }}
      >
        <Icon path={MORE_ICONS.menu} />
      </button>
      {isOpen && (
        <OpenDrawer
          onClosed={() => {
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

/** Keeps the focus inside. It has an entry in the history, so that Back closes it, as Esc and a tap beside it do. */
function OpenDrawer({ onClosed }: { onClosed: () => void }) {
  const { router } = useApp();
  const texts = useTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    addEventListener('popstate', onClosed);
    return () => {
      removeEventListener('popstate', onClosed);
      // Returns the focus to where it was.
      opened?.close();
    };
  }, []);
  const close = (): void => {
    router.back();
  };
  const follow = (to: string): void => {
    if (to === location.pathname) {
      close();
      return;
    }
    // Takes the place of the drawer's own entry.
    router.go(to, true);
    onClosed();
  };
  return (
    <dialog
      ref={dialog}
      class="drawer"
      aria-label={texts.lists}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      <nav class="drawer-content" aria-label={texts.lists}>
        <button type="button" class="icon-button drawer-close" aria-label={texts.close} onClick={close}>
          <Icon name="close" />
        </button>
        <Entries go={follow} />
      </nav>
    </dialog>
  );
}

/** @param go Follows a link; unset: as any other. */
function Entries({ go }: { go?: (to: string) => void }) {
  const { router } = useApp();
  const { lists, tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const own = useTextsOf(sideBarTexts);
  const { today, overdue } = tasks.list.due.value ?? { today: 0, overdue: 0 };
  const open = lists.lists.value.reduce((sum, list) => sum + (tasks.list.countsOf(list)?.open ?? 0), 0);
  const entries: readonly (readonly [Exclude<View['kind'], 'list'>, string, string, number])[] = [
    ['today', MORE_ICONS.today, texts.today, today],
    ['upcoming', MORE_ICONS.upcoming, texts.upcoming, 0],
    ['starred', ICONS.star, texts.starred, 0],
    ['all', MORE_ICONS.list, texts.allTasks, open],
  ];
  // A search is one of all lists.
  const { view, text } = router.route.value;
  return (
    <>
      <ul class="views">
        {entries.map(([kind, icon, label, count]) => (
          <li key={kind}>
            <Link to={pathOf({ kind })} class="side-link" isCurrent={text === '' && view?.kind === kind} go={go}>
              <Icon path={icon} />
              <span class="side-name">{label}</span>
              {count > 0 && (
                <span class={`count${kind === 'today' && overdue > 0 ? ' is-late' : ''}`}>
                  {count}
                  <span class="visually-hidden">
                    {' '}
                    {kind === 'today' && overdue > 0 ? own.overdueOf(overdue) : own.openTasks}
                  </span>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
      <ListEntries go={go} />
      <AccountMenu go={go} />
    </>
  );
}
