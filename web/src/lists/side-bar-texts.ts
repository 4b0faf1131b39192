import { short } from '../i18n/en.js';

const en = {
  newList: 'New list',
  listActions: (name: string) => `Actions for “${short(name)}”`,
  listColor: 'Color',
  moveUp: 'Move up',
  moveDown: 'Move down',
  listMoved: (name: string, place: number, count: number) => `“${short(name)}” is now ${place} of ${count}`,
  share: 'Share',
  listMembers: 'Members',
  importTasks: 'Import',
  exportTasks: 'Export',
  leaveList: 'Leave list',
  deleteList: 'Delete list',
  listLost: (name: string) => `You no longer have the list “${short(name)}”.`,
  listUnknown: 'This list doesn’t exist, or you no longer have it.',
  sharedList: 'shared',
  openTasks: 'open',
  overdueOf: (count: number) => `due, ${count} of them overdue`,
  accountOf: (username: string) => `Account ${username}`,
  logOut: 'Log out',
  logOutFailed: 'Logging out needs a connection. Try again in a moment.',
};

const de: typeof en = {
  newList: 'Neue Liste',
  listActions: (name) => `Aktionen für „${short(name)}“`,
  listColor: 'Farbe',
  moveUp: 'Nach oben',
  moveDown: 'Nach unten',
  listMoved: (name, place, count) => `„${short(name)}“ ist jetzt ${place} von ${count}`,
  share: 'Teilen',
  listMembers: 'Mitglieder',
  importTasks: 'Importieren',
  exportTasks: 'Exportieren',
  leaveList: 'Liste verlassen',
  deleteList: 'Liste löschen',
  listLost: (name) => `Die Liste „${short(name)}“ hast du nicht mehr.`,
  listUnknown: 'Diese Liste gibt es nicht, oder du hast sie nicht mehr.',
  sharedList: 'geteilt',
  openTasks: 'offen',
  overdueOf: (count) => `fällig, ${count} davon überfällig`,
  accountOf: (username) => `Konto ${username}`,
  logOut: 'Abmelden',
  logOutFailed: 'Zum Abmelden braucht es eine Verbindung. Versuche es gleich noch einmal.',
};

/** The texts of the side bar, its menus, and of lists that are gone. */
export const sideBarTexts = { en, de };
