import type { Sorting } from '../state/view.js';
import { useApp, useTextsOf } from '../ui/context.js';
import { Icon, ICONS } from '../ui/icon.js';
import { MenuButton } from '../ui/menu.js';
import { MORE_ICONS } from '../ui/more-icons.js';
import { taskTexts } from './texts.js';

/** The order of the rows. */
export function SortMenu() {
  const { app } = useApp();
  const texts = useTextsOf(taskTexts);
  const current = app.preferences.current.value.sorting;
  const labels: Record<Sorting, string> = {
    manual: texts.sortManual,
    due: texts.sortDue,
    created: texts.sortCreated,
  };
  const items = (Object.keys(labels) as Sorting[]).map((sorting) => ({
    label: labels[sorting],
    icon: sorting === current ? ICONS.check : MORE_ICONS.sort,
    run: () => {
      app.preferences.change({ sorting });
    },
  }));
  return (
    <MenuButton label={`${texts.sorting}: ${labels[current]}`} class="icon-button" items={items}>
      <Icon path={MORE_ICONS.sort} />
    </MenuButton>
  );
}
