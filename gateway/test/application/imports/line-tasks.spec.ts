import { describe, expect, it } from '@jest/globals';
import { isRejected, type FileEntry } from '../../../src/application/imports/imported-task.js';
import { tasksOfLines, tasksOfMarkdown, toMarkdown } from '../../../src/application/imports/line-tasks.js';

function shown(entries: Iterable<FileEntry>): unknown[] {
  return [...entries]
    .filter((entry) => entry !== undefined)
    .map((entry) => (isRejected(entry) ? entry : [entry.line, entry.task.name, entry.task.done, entry.task.note]));
}

function dates(text: string): unknown[] {
  return [...tasksOfMarkdown(text)].map((entry) => entry && !isRejected(entry) && [entry.task.name, entry.task.dueOn]);
}

describe('plain lines', () => {
  it.each([
    ['milk', 'milk', false],
    ['  milk  ', 'milk', false],
    ['- milk', 'milk', false],
    ['* milk', 'milk', false],
    ['+ milk', 'milk', false],
    ['1. milk', 'milk', false],
    ['12) milk', 'milk', false],
    ['- [ ] milk', 'milk', false],
    ['- [x] milk', 'milk', true],
    ['* [X] milk', 'milk', true],
    ['[x] milk', 'milk', true],
    ['-milk', '-milk', false],
    ['1.5 l milk', '1.5 l milk', false],
    ['[y] milk', '[y] milk', false],
    ['# milk', '# milk', false],
    ['milk \u2028 and \u2029 bread', 'milk \u2028 and \u2029 bread', false],
  ])('%j is the task %j', (line, name, done) => {
    expect(shown(tasksOfLines(line))).toEqual([[1, name, done, undefined]]);
  });

  it('are counted with the empty ones, whatever their ends', () => {
    expect(shown(tasksOfLines('\ufeffa\r\n\r\nb\rc\n\n'))).toEqual([
      [1, 'a', false, undefined],
      [3, 'b', false, undefined],
      [4, 'c', false, undefined],
    ]);
  });

  it('without a name are rejected', () => {
    expect(shown(tasksOfLines('- [ ]\nfine'))).toEqual([
      { line: 1, code: 'name-empty', reason: 'The name is empty' },
      [2, 'fine', false, undefined],
    ]);
  });
});

describe('a file of five million blanks', () => {
  const blanks = ' '.repeat(5_000_000);

  it.each([
    ['in a line', blanks],
    ['in a note', `- milk\n  a${blanks}b`],
    ['in lines', `- milk\n${'  \n'.repeat(1_600_000)}`],
    ['in the name', `- milk${blanks}bread`],
  ])('is read at once: %s', (_where, text) => {
    for (const read of [tasksOfLines, tasksOfMarkdown]) expect(shown(read(text)).length).toBeLessThanOrEqual(2);
  });
});

describe('Markdown', () => {
  it('has headings that are no tasks, and notes below tasks', () => {
    const text = '# List\n\nintro\n\n- [x] milk\n  two cartons\n\n  - [ ] organic\n- bread\n\n## More\n1. eggs\n';
    expect(shown(tasksOfMarkdown(text))).toEqual([
      [3, 'intro', false, undefined],
      [5, 'milk', true, 'two cartons\n\n- [ ] organic'],
      [9, 'bread', false, undefined],
      [12, 'eggs', false, undefined],
    ]);
  });

  it('has the date of a task at the end of its line', () => {
    const task = { id: 'a', name: 'milk', done: false, createdOn: '' };
    for (const dueOn of ['2026-12-24', '2026-12-24T09:30', undefined]) {
      expect(dates(toMarkdown({ ...task, dueOn }))).toEqual([['milk', dueOn]]);
    }
    expect(toMarkdown({ ...task, dueOn: '2026-12-24' })).toBe('- [ ] milk due:2026-12-24');
    expect(dates('- due:2026-12-24')).toEqual([['due:2026-12-24', undefined]]);
    for (const text of ['milk due:2026-02-31', 'milk due:2026-13-01', 'milk due:2026-12-24T99:99']) {
      expect(dates(text)).toEqual([[text, undefined]]);
    }
    expect(dates('milk due:2026-12-24 or later')).toEqual([['milk due:2026-12-24 or later', undefined]]);
  });

  it('comes back as it was written', () => {
    const tasks = [
      { id: 'a', name: 'milk', done: false, createdOn: '', note: '- [x] one\n\n  indented\n- two' },
      { id: 'b', name: '- [x] odd', done: true, createdOn: '' },
    ];
    expect(shown(tasksOfMarkdown(tasks.map(toMarkdown).join('\n')))).toEqual([
      [1, 'milk', false, tasks[0]?.note],
      [6, '- [x] odd', true, undefined],
    ]);
  });
});
