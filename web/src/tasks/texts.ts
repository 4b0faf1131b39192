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
};

const de: typeof en = {
  shortcuts: 'Tastenkürzel',
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
};

/** The texts of the help. */
export const helpTexts = { en, de };
