/** A task that was pasted. */
export interface PastedTask {
  readonly name: string;
  readonly done: boolean;
  readonly note?: string;
  readonly dueOn?: string;
}

/** The mark of a list item with its box, as in Markdown and in what other programs copy. */
const MARK =
  /^(?:(?:[-*+•◦▪‣–]|\d{1,9}[.)])\s+)?(?:\[(?<box>[ xX]?)\]\s+|(?<sign>[☐☑☒✅✓✔])\s*)|^(?:[-*+•◦▪‣–]|\d{1,9}[.)])\s+/u;
const RULER = /^([-*_=])\1{2,}$/;
const INDENT = /^(?: {2,}|\t)/;
/** The date of a task in todo.txt, or in notes of Obsidian. */
const DUE = /\s*(?:\bdue:|📅\s*)(?<dueOn>\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?=\s|$)/u;

interface Line {
  readonly text: string;
  readonly isMarked: boolean;
  readonly done: boolean;
}

/**
 * Returns the tasks of pasted lines: `- [x] milk`, `* milk`, `1. milk` or `milk`. What is indented below a task becomes its
 * note: items of a list as steps, other lines as text.
 */
export function tasksOfPaste(text: string): PastedTask[] {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '' && !RULER.test(line.trim()));
  // A part of an indented list is copied with its indentation.
  const margin = lines.reduce((least, line) => Math.min(least, line.length - line.trimStart().length), Infinity);
  const tasks: { task: PastedTask; isMarked: boolean; note: string[] }[] = [];
  for (const line of lines.map((one) => one.slice(margin))) {
    const read = readLine(line.trim());
    if (read.text === '') continue;
    const above = tasks.at(-1);
    if (above !== undefined && INDENT.test(line)) {
      const isStep = read.isMarked || !above.isMarked;
      above.note.push(isStep ? `- [${read.done ? 'x' : ' '}] ${read.text}` : read.text);
    } else tasks.push({ task: toTask(read), isMarked: read.isMarked, note: [] });
  }
  return tasks.map(({ task, note }) => (note.length === 0 ? task : { ...task, note: note.join('\n') }));
}

function readLine(line: string): Line {
  const mark = MARK.exec(line);
  const { box = ' ', sign } = mark?.groups ?? {};
  return {
    text: line.slice(mark?.[0].length ?? 0).trim(),
    isMarked: mark !== null,
    done: /x/i.test(box) || (sign !== undefined && sign !== '☐'),
  };
}

function toTask({ text, done }: Line): PastedTask {
  const dueOn = DUE.exec(text)?.groups?.['dueOn'];
  const name = dueOn === undefined ? text : text.replace(DUE, '').trim();
  return dueOn === undefined || name === '' ? { name: text, done } : { name, done, dueOn };
}
