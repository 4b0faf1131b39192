/** `one` for 1, `other` for any other number. */
const plural = (count: number, one: string, other: string): string => (count === 1 ? one : other);

const problems: Record<string, string> = {
  unreachable: 'The server can’t be reached. Check your connection and try again.',
  invalid: 'The server doesn’t accept this.',
  'changed-meanwhile': 'Another window or device was faster. Try again.',
  'account-disabled': 'This account is disabled. Ask the server’s administrator.',
  'too-many-requests': 'Too many attempts.',
  'limit-reached': 'There are too many of these. Delete one first.',
  'role-too-low': 'Your role in the list doesn’t allow this.',
  'read-only': 'The account of its owner was deleted, so it can only be read.',
  'id-taken': 'The server couldn’t add this task. Add it again.',
  'not-found': 'It was deleted elsewhere.',
  'body-too-large': 'It is too long.',
  'wrong-host': 'This server expects another address. Ask its administrator.',
  'cross-site': 'This server expects another address. Ask its administrator.',
  unavailable: 'The server is busy or restarting. Try again in a moment.',
  timeout: 'The server took too long. Try again.',
};

const rules: Record<string, string> = {
  empty: 'Please fill in this field.',
  'too-long': 'It is too long.',
  'control-character': 'It has invisible characters.',
};

/** Every text of the page, in English. The other languages have the same members. */
export const en = {
  appName: 'Tasks',
  // Tasks
  newTask: 'New task',
  newTaskPlaceholder: 'Add a task',
  newTaskToday: 'Add a task for today',
  newTaskTomorrow: 'Add a task for tomorrow',
  newTaskIn: (list: string) => `Add a task to ${short(list)}`,
  viewOnlyList: 'You can view this list, not change it.',
  addButton: 'Add',
  added: (name: string) => `Added: ${name}`,
  addedSeveral: (count: number) => `Added ${count} tasks`,
  addedHidden: (name: string, list: string) => `“${short(name)}” was added to ${short(list)}.`,
  cancel: 'Cancel',
  search: 'Search',
  searchPlaceholder: 'Search all lists',
  searchTitle: (text: string) => `Search: ${short(text)}`,
  clearSearch: 'Clear search',
  listLabel: 'Tasks',
  doneLabel: 'Done tasks',
  listHint: 'Arrow keys move between tasks, Enter opens the details.',
  listHintEdit: ' Space marks as done, F2 renames, x selects, Alt and arrow keys move a task, Delete deletes.',
  overdue: 'Overdue',
  details: 'Details',
  rename: 'Rename',
  delete: 'Delete',
  taskActions: (name: string) => `Actions for “${short(name)}”`,
  star: 'Star',
  starLabel: (name: string) => `Star “${short(name)}”`,
  movedTo: (place: number, count: number) => `Now ${place} of ${count}`,
  hasNote: 'Has a note',
  viewOnly: 'View only',
  stepsDone: (done: number, total: number) => `${done} of ${total} steps done`,
  repeatsLater: 'Repeats when connected',
  due: (date: string) => `Due ${date}`,
  overdueSince: (date: string) => `Overdue: ${date}`,
  unsaved: 'Not saved yet',
  loading: 'Loading tasks…',
  slow: 'The server is taking longer than usual.',
  loaded: (count: number) => `${plural(count, '1 task', `${count} tasks`)} loaded…`,
  doneFold: (count: number) => `Done ${count}`,
  doneFailed: 'The done tasks couldn’t be loaded.',
  clearDone: 'Clear done',
  // Several tasks
  selected: 'Selected',
  // Undo and messages
  deleted: (name: string) => `Deleted “${short(name)}”`,
  deletedSeveral: (count: number) => `Deleted ${count} tasks`,
  doneOne: (name: string) => `Done: ${short(name)}`,
  doneSeveral: (count: number) => `${count} tasks done`,
  changedSeveral: (count: number) => `Changed ${count} tasks`,
  moved: (count: number, name: string, list: string) =>
    `Moved ${plural(count, `“${short(name)}”`, `${count} tasks`)} to ${short(list)}`,
  clearedDone: (count: number) => plural(count, 'Cleared 1 done task', `Cleared ${count} done tasks`),
  undo: 'Undo',
  edit: 'Edit',
  notAdded: (name: string, reason: string) => `“${short(name)}” wasn’t added. ${reason}`,
  notRenamed: (name: string, reason: string) => `The new name “${short(name)}” wasn’t saved. ${reason}`,
  notChanged: (reason: string) => `The change wasn’t saved. ${reason}`,
  notUndone: 'This can’t be undone: the tasks were deleted elsewhere, or when the page closed.',
  noteConflict: 'The note was changed elsewhere meanwhile. What you typed is kept in the details.',
  discarded: (count: number) =>
    `Another account logged in. ${plural(count, '1 unsaved change', `${count} unsaved changes`)} of the previous account ${plural(count, 'was', 'were')} discarded.`,
  switched: (username: string) => `This browser is now logged in as ${username}.`,
  // Lists
  lists: 'Lists',
  today: 'Today',
  upcoming: 'Upcoming',
  starred: 'Starred',
  allTasks: 'All',
  listName: 'Name of the list',
  thisListActions: 'Actions for this list',
  joinTitle: 'You’re invited to a list',
  firstList: 'Inbox',
  unnamedList: 'Shared tasks',
  listDeleted: (name: string) => `Deleted the list “${short(name)}”`,
  listNotAdded: (name: string, reason: string) => `The list “${short(name)}” wasn’t added. ${reason}`,
  listNotChanged: (name: string, reason: string) => `The list “${short(name)}” wasn’t changed. ${reason}`,
  // Connection
  offline: 'You’re offline.',
  offlineUnsaved: (count: number) =>
    `You’re offline. ${plural(count, '1 change is', `${count} changes are`)} kept here and will be sent when you’re back.`,
  serverBusy: (seconds: number) => `The server is busy. Trying again in ${seconds} s.`,
  tryAgain: 'Try again',
  tryNow: 'Try now',
  loadFailedTitle: 'The tasks couldn’t be loaded',
  // Account, in general
  logIn: 'Log in',
  settings: 'Settings',
  back: 'Back to tasks',
  logInTitle: 'Log in',
  signUp: 'Create an account',
  signUpTitle: 'Create your account',
  recoveryTitle: 'Recover your account',
  close: 'Close',
  // Other states
  unknownTitle: 'This page doesn’t exist',
  unknownText: 'The address may be mistyped, or the page has moved.',
  failedTitle: 'Tasks can’t be reached',
  problem: (type: string): string => problems[type] ?? 'Something went wrong. Try again.',
  rejection: (type: string, fault?: { readonly code: string; readonly limit?: number }): string =>
    (fault && rules[fault.code]) ?? problems[type] ?? 'The server doesn’t accept it.',
};

export type Texts = typeof en;

/** Shortens a long name, for messages and labels. */
export function short(name: string): string {
  return name.length > 60 ? `${name.slice(0, 59).trimEnd()}…` : name;
}
