import { useEffect, useRef } from 'preact/hooks';
import type { List } from '../api/lists-api.js';
import { PATHS, pathOf } from '../state/route.js';
import { useApp, useTextsOf } from '../ui/context.js';
import { sideBarTexts } from './side-bar-texts.js';

/**
 * Leaves the list in the address when the account does not have it: another account took the place of the one before, or
 * the list was lost, or never there. Renders nothing; it follows every change of the lists, and the page need not.
 */
export function ListInAddress() {
  const { app, router } = useApp();
  const texts = useTextsOf(sideBarTexts);
  const { open } = app;
  const account = useRef<string>(undefined);
  const shown = useRef<List>(undefined);
  const lists = open?.workspace.lists;
  const { view } = router.route.value;
  const id = view?.kind === 'list' ? view.list : undefined;
  const found = id === undefined ? undefined : lists?.find(id);
  const isLost = id !== undefined && found === undefined && lists?.state.value.state === 'ready';
  useEffect(() => {
    if (open === undefined) return;
    const isOther = account.current !== undefined && account.current !== open.account.id;
    account.current = open.account.id;
    if (isOther && id !== undefined) {
      router.go(PATHS.tasks, true);
      return;
    }
    if (found !== undefined) shown.current = found;
    if (!isLost) return;
    const { lists, notices } = open.workspace;
    router.go(pathOf(lists.first && { kind: 'list', list: lists.first.id }), true);
    if (lists.isRemovedHere(id)) return;
    const known = shown.current?.id === id ? shown.current : undefined;
    notices.show(known ? texts.listLost(lists.nameOf(known)) : texts.listUnknown, { tone: 'problem' });
  }, [open?.account.id, id, found, isLost]);
  return null;
}
