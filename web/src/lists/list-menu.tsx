import { useState } from 'preact/hooks';
import type { List } from '../api/lists-api.js';
import { canEdit } from '../state/lists.js';
import { useOpenAccount, useTexts, useTextsOf } from '../ui/context.js';
import { Icon, ICONS } from '../ui/icon.js';
import { Lazy } from '../ui/lazy.js';
import { MenuButton, type MenuItem } from '../ui/menu.js';
import type { ListDialogKind } from './list-dialog.js';
import { sideBarTexts } from './side-bar-texts.js';
import { MORE_ICONS } from '../ui/more-icons.js';

interface ListMenuProps {
  list: List;
  /** Name of the menu; unset: one that tells it from those of other lists. */
  label?: string;
  /** Renames the list where its name is; unset: the menu has no such item. */
  onRename?: () => void;
  /** Moves the list; an unset direction is not possible. */
  onMove?: { readonly up: (() => void) | undefined; readonly down: (() => void) | undefined };
  /** Runs after the list was deleted or left, to move the focus. */
  onGone?: () => void;
}

/** The commands on a list, as far as the reader's role includes them. */
export function ListMenu({ list, label, onRename, onMove, onGone }: ListMenuProps) {
  const { lists } = useOpenAccount().workspace;
  const texts = useTexts();
  const own = useTextsOf(sideBarTexts);
  const [dialog, setDialog] = useState<ListDialogKind>();
  const isOwner = list.role === 'owner';
  const opens = (kind: ListDialogKind) => () => {
    setDialog(kind);
  };
  const remove = (): void => {
    lists.remove(list);
    onGone?.();
  };
  const items: readonly (MenuItem | undefined)[] = [
    isOwner && onRename ? { label: texts.rename, icon: MORE_ICONS.pencil, run: onRename } : undefined,
    { label: own.listColor, icon: MORE_ICONS.palette, run: opens('color') },
    onMove?.up && { label: own.moveUp, icon: ICONS.up, run: onMove.up },
    onMove?.down && { label: own.moveDown, icon: MORE_ICONS.down, run: onMove.down },
    { label: isOwner ? own.share : own.listMembers, icon: MORE_ICONS.people, run: opens('share') },
    canEdit(list) ? { label: own.importTasks, icon: MORE_ICONS.upload, run: opens('import') } : undefined,
    { label: own.exportTasks, icon: MORE_ICONS.download, run: opens('export') },
    isOwner ? undefined : { label: own.leaveList, icon: MORE_ICONS.leave, run: opens('leave'), isDanger: true },
    isOwner && !list.isFirst
      ? { label: own.deleteList, icon: MORE_ICONS.trash, run: remove, isDanger: true }
      : undefined,
  ];
  return (
    <>
      <MenuButton
        label={label ?? own.listActions(lists.nameOf(list))}
        class="icon-button list-actions"
        items={items.filter((item) => item !== undefined)}
      >
        <Icon name="more" />
      </MenuButton>
      {dialog && (
        <Lazy
          key={dialog}
          load={async () => (await import('./list-dialog.js')).ListDialog}
          kind={dialog}
          list={list}
          onClose={() => {
            setDialog(undefined);
          }}
          onGone={onGone}
        />
      )}
    </>
  );
}
