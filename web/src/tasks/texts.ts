import { short } from '../i18n/en.js';

const plural = (count: number, one: string, other: string): string => (count === 1 ? one : other);

const en = {
  shortcuts: 'Keyboard shortcuts',
  shortcutList: [
    ['n', 'New task'],
    ['/', 'Search'],
    ['↓ ↑, j k', 'Next or previous task'],
    ['Space', 'Mark as done or open'],
    ['Enter', 'Open the details'],
    ['t', 'Due today'],
    ['F2', 'Rename'],
    ['x, Shift ↓ ↑', 'Select'],
    ['Alt ↓ ↑', 'Move down or up'],
    ['Del', 'Delete'],
    ['Ctrl Z', 'Undo'],
    ['Esc', 'Cancel, end a selection, leave the search'],
    ['?', 'This help'],
  ] as readonly (readonly [string, string])[],
  // A long paste
  storing: 'Storing tasks',
  stored: (stored: number, total: number) => `${stored} of ${total} stored`,
  // The order of the rows
  sorting: 'Sort',
  sortManual: 'My order',
  sortDue: 'By due date',
  sortCreated: 'Newest first',
  // The menu of a row
  moveTop: 'Move to the top',
  moveTo: (list: string) => `Move to ${short(list)}`,
  moveUp: 'Move up',
  moveDown: 'Move down',
  // Several rows
  removeStar: 'Remove star',
  selectedCount: (count: number) => plural(count, '1 selected', `${count} selected`),
  selectionActions: 'Actions for the selected tasks',
  complete: 'Mark as done',
  reopen: 'Mark as open',
  setDate: 'Date',
  moveList: 'Move',
  endSelection: 'End selection',
};

const de: typeof en = {
  shortcuts: 'Tasten\u00adkürzel',
  shortcutList: [
    ['n', 'Neue Aufgabe'],
    ['/', 'Suchen'],
    ['↓ ↑, j k', 'Nächste oder vorige Aufgabe'],
    ['Leertaste', 'Erledigt oder wieder offen'],
    ['Eingabe', 'Details öffnen'],
    ['t', 'Heute fällig'],
    ['F2', 'Umbenennen'],
    ['x, Umschalt ↓ ↑', 'Auswählen'],
    ['Alt ↓ ↑', 'Nach unten oder oben verschieben'],
    ['Entf', 'Löschen'],
    ['Strg Z', 'Rückgängig'],
    ['Esc', 'Abbrechen, Auswahl beenden, Suche verlassen'],
    ['?', 'Diese Hilfe'],
  ],
  storing: 'Aufgaben werden gespeichert',
  stored: (stored, total) => `${stored} von ${total} gespeichert`,
  sorting: 'Sortieren',
  sortManual: 'Eigene Reihenfolge',
  sortDue: 'Nach Fälligkeit',
  sortCreated: 'Neueste zuerst',
  moveTop: 'Ganz nach oben',
  moveTo: (list) => `Verschieben nach ${short(list)}`,
  moveUp: 'Nach oben',
  moveDown: 'Nach unten',
  removeStar: 'Markierung entfernen',
  selectedCount: (count) => `${count} gewählt`,
  selectionActions: 'Aktionen für die ausgewählten Aufgaben',
  complete: 'Erledigen',
  reopen: 'Wieder öffnen',
  setDate: 'Datum',
  moveList: 'Verschieben',
  endSelection: 'Auswahl beenden',
};

/** The texts of the help, of a long paste, of the order and the menu of rows and of the commands on several rows. */
export const taskTexts = { en, de };
