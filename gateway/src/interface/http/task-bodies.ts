import type { Edited, Task } from '../../application/tasks/task-service.js';

/** Length of a note in lists, in UTF-16 units. */
const NOTE_IN_LISTS = 1_024;

const STEP = /^[ \t]*[-*+] \[([ xX])\](?=\s|$)/gm;
const HIGH_SURROGATE = /[\ud800-\udbff]$/;

/** Maps a task to its API form. */
export function toTaskBody({ note, ...task }: Task): object {
  return note === undefined || note === '' ? fieldsOf(task) : { ...fieldsOf(task), ...noteBody(note, note) };
}

/** As `toTaskBody`, with the beginning of a long note. */
export function toListedTaskBody({ note, ...task }: Task): object {
  if (note === undefined || note === '') return fieldsOf(task);
  return { ...fieldsOf(task), ...noteBody(note, note.slice(0, NOTE_IN_LISTS).replace(HIGH_SURROGATE, '')) };
}

/** Maps what an edit returned. */
export function toEditedTaskBody({ task, next }: Edited): object {
  return { ...toTaskBody(task), ...(next && { next: toTaskBody(next) }) };
}

/** One by one: what Tasks adds to its answers does not reach clients by itself. */
function fieldsOf({
  id,
  name,
  done,
  createdOn,
  dueOn,
  starred,
  repeat,
  doneOn,
  position,
  changedOn,
}: Omit<Task, 'note'>): object {
  return { id, name, done, createdOn, dueOn, starred, repeat, doneOn, position, changedOn };
}

function noteBody(note: string, shown: string): object {
  const steps = [...note.matchAll(STEP)];
  const done = steps.filter(([, mark]) => mark !== ' ').length;
  return {
    note: shown,
    noteLength: note.length,
    ...(steps.length > 0 && { steps: { done, total: steps.length } }),
  };
}
