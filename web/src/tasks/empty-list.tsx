import { canEdit } from '../state/lists.js';
import { useOpenAccount, useTextsOf } from '../ui/context.js';
import { ICONS } from '../ui/icon.js';
import { Message } from '../ui/message.js';
import { MORE_ICONS } from '../ui/more-icons.js';

const en = {
  emptyTitle: 'Nothing to do yet',
  emptyText: 'Add your first task above. Enter saves it, and the next one can follow at once.',
  emptyListTitle: 'This list is empty',
  emptyListText: 'Add a task above, or paste several lines at once.',
  emptyViewerText: 'Nobody has added a task yet.',
  allDoneTitle: 'All done',
  allDoneText: 'No open tasks are left. Enjoy it.',
  emptyTodayTitle: 'Nothing is due today',
  emptyTodayText: 'Tasks with a date of today or earlier appear here. Add one above: it gets today’s date.',
  emptyUpcomingTitle: 'Nothing is planned',
  emptyUpcomingText: 'Tasks with a later date appear here, day by day. Add one above: it gets tomorrow’s date.',
  emptyStarredTitle: 'No starred tasks',
  emptyStarredText: 'Tasks with a star appear here, from all your lists.',
  noMatchTitle: 'No matching tasks',
  noMatchText: 'No task of your lists has all of these words in its name.',
};

const de: typeof en = {
  emptyTitle: 'Noch nichts zu tun',
  emptyText: 'Füge oben deine erste Aufgabe hinzu. Eingabe speichert sie, die nächste kann gleich folgen.',
  emptyListTitle: 'Diese Liste ist leer',
  emptyListText: 'Füge oben eine Aufgabe hinzu, oder füge mehrere Zeilen auf einmal ein.',
  emptyViewerText: 'Noch niemand hat eine Aufgabe hinzugefügt.',
  allDoneTitle: 'Alles erledigt',
  allDoneText: 'Keine Aufgabe ist mehr offen. Genieße es.',
  emptyTodayTitle: 'Heute ist nichts fällig',
  emptyTodayText:
    'Hier stehen Aufgaben mit dem Datum von heute oder davor. Füge oben eine hinzu: sie bekommt das Datum von heute.',
  emptyUpcomingTitle: 'Nichts geplant',
  emptyUpcomingText:
    'Hier stehen Aufgaben mit späterem Datum, Tag für Tag. Füge oben eine hinzu: sie bekommt das Datum von morgen.',
  emptyStarredTitle: 'Keine markierten Aufgaben',
  emptyStarredText: 'Hier stehen markierte Aufgaben aus allen deinen Listen.',
  noMatchTitle: 'Keine passenden Aufgaben',
  noMatchText: 'Keine Aufgabe deiner Listen hat alle diese Wörter im Namen.',
};

const emptyTexts = { en, de };

/** What stands in place of the rows when there are none. @param isCleared Whether the view had rows before. */
export function EmptyList({ isCleared }: { isCleared: boolean }) {
  const { lists, tasks } = useOpenAccount().workspace;
  const texts = useTextsOf(emptyTexts);
  const selection = tasks.list.selection.value;
  if (selection === undefined) return null;
  if (selection.text !== '') return <Message icon={ICONS.search} title={texts.noMatchTitle} text={texts.noMatchText} />;
  switch (selection.view.kind) {
    case 'today':
      if (isCleared)
        return <Message icon={ICONS.check} title={texts.allDoneTitle} text={`${texts.emptyTodayTitle}.`} />;
      return <Message icon={MORE_ICONS.today} title={texts.emptyTodayTitle} text={texts.emptyTodayText} />;
    case 'upcoming':
      return <Message icon={MORE_ICONS.upcoming} title={texts.emptyUpcomingTitle} text={texts.emptyUpcomingText} />;
    case 'starred':
      return <Message icon={ICONS.star} title={texts.emptyStarredTitle} text={texts.emptyStarredText} />;
    case 'all':
      return <Message icon={ICONS.check} title={texts.allDoneTitle} text={texts.allDoneText} />;
    case 'list': {
      const list = lists.find(selection.view.list);
      if ((tasks.list.doneCount ?? 0) > 0)
        return <Message icon={ICONS.check} title={texts.allDoneTitle} text={texts.allDoneText} />;
      if (list && !canEdit(list))
        return <Message icon={MORE_ICONS.inbox} title={texts.emptyListTitle} text={texts.emptyViewerText} />;
      return list?.isFirst ? (
        <Message icon={MORE_ICONS.inbox} title={texts.emptyTitle} text={texts.emptyText} />
      ) : (
        <Message icon={MORE_ICONS.inbox} title={texts.emptyListTitle} text={texts.emptyListText} />
      );
    }
  }
}
