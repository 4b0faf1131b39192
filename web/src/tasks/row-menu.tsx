import { withTime, timeOf } from '../dates/days.js';
import { dateTexts } from '../dates/texts.js';
import { canEdit } from '../state/lists.js';
import type { Row } from '../state/task.js';
import { dayOf } from '../state/wall-clock.js';
import { useApp, useOpenAccount, useTexts, useTextsOf } from '../ui/context.js';
import { ICONS } from '../ui/icon.js';
import type { MenuItem } from '../ui/menu.js';
import { Menu } from '../ui/open-menu.js';
import { taskTexts } from './texts.js';
import { MORE_ICONS } from '../ui/more-icons.js';

/** The commands on a row that have no control of their own. */
export function RowMenu({ row, button, onClose }: { row: Row; button: HTMLElement; onClose: () => void }) {
  const { router } = useApp();
  const { lists, tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const own = useTextsOf(taskTexts);
  const { tomorrow } = useTextsOf(dateTexts);
  const move = (by: number) => () => {
    tasks.focus.value = row.id;
    tasks.shift(row, by);
  };
  /** A task that has a time of day keeps it. */
  const dueIn = (days: number) => () => {
    tasks.edit([row], { dueOn: withTime(dayOf(Date.now(), days), row.dueOn && timeOf(row.dueOn)) });
  };
  const others = lists.lists.value.filter((list) => list.id !== row.list && canEdit(list));
  const items: readonly (MenuItem | undefined)[] = [
    {
      label: texts.details,
      icon: MORE_ICONS.list,
      run: () => {
        router.openTask(row.id);
      },
    },
    {
      label: texts.rename,
      icon: MORE_ICONS.pencil,
      run: () => {
        tasks.editing.value = { id: row.id, text: row.name };
      },
    },
    { label: texts.today, icon: MORE_ICONS.today, run: dueIn(0) },
    { label: tomorrow, icon: MORE_ICONS.upcoming, run: dueIn(1) },
    ...(tasks.list.isManual && !row.done
      ? ([
          { label: own.moveTop, icon: MORE_ICONS.top, run: move(-Infinity) },
          { label: own.moveUp, icon: ICONS.up, run: move(-1) },
          { label: own.moveDown, icon: MORE_ICONS.down, run: move(1) },
        ] as const)
      : []),
    ...others.map((list): MenuItem => ({
      label: own.moveTo(lists.nameOf(list)),
      icon: ICONS.chevron,
      run: () => {
        tasks.move([row], list.id);
      },
    })),
    {
      label: texts.delete,
      icon: MORE_ICONS.trash,
      isDanger: true,
      run: () => {
        tasks.remove([row]);
      },
    },
  ];
  return (
    <Menu
      id="row-menu"
      label={texts.taskActions(row.name)}
      items={items.filter((item) => item !== undefined)}
      first="first"
      button={button}
      onClose={onClose}
    />
  );
}
