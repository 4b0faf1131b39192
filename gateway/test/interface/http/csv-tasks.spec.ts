import { describe, expect, it } from '@jest/globals';
import { isRejected, type FileEntry, type ImportedTask } from '../../../src/application/imports/imported-task.js';
import { csvRecords, csvLine, withoutFormulaMark } from '../../../src/interface/http/csv.js';
import { CSV_HEADER, tasksOfCsv, toCsvLine } from '../../../src/interface/http/csv-tasks.js';
import type { NewTask } from '../../../src/interface/http/tasks.schemas.js';

const EXPORT_2026 = `TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE,DURATION,DURATION_UNIT,meta,DEADLINE,DEADLINE_LANG,IS_COLLAPSED
section,Home,,,,,,,,,,,,,,FALSE
task,Buy milk @errands,Get two cartons,1,1,Alice (100),,2026-12-01,en,Europe/Berlin,,,,,,
note,Organic if there is any,,,,,,,,,,,,,,
task,"Pay rent, then sleep",,4,2,Alice (100),,every month,en,Europe/Berlin,30,minute,,,,
,,,,,,,,,,,,,,,
task,"He said ""hello""
on two lines",,3,1,Alice (100),,2026-08-13T18:30:00-05:00,en,,,,,,,
meta,view_style=board,,,,,,,,,,,,,,
`;

const LEGACY = `TYPE,CONTENT,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE
task,One,4,1,,,17 Aug 2026,en,
task,Two,4,1,,,"Dec 3, 2026 09:30",en,
task,Three,4,1,,,tomorrow,en,
`;

function tasksOf(text: string): ImportedTask[] {
  return [...tasksOfCsv(text)].filter((entry): entry is ImportedTask => entry !== undefined && !isRejected(entry));
}

function contentsOf(text: string): string[] {
  return tasksOf(text).map(({ content }) => content);
}

function rejectedOf(text: string): FileEntry[] {
  return [...tasksOfCsv(text)].filter((entry) => entry !== undefined && isRejected(entry));
}

describe('CSV of Todoist', () => {
  it('becomes a task for each task, with descriptions and comments as notes', () => {
    expect(tasksOf(EXPORT_2026)).toMatchObject([
      {
        line: 3,
        task: {
          name: 'Buy milk @errands',
          note: 'Get two cartons\nOrganic if there is any',
          dueOn: '2026-12-01',
          starred: true,
        },
      },
      { line: 5, task: { name: 'Pay rent, then sleep', note: 'every month', dueOn: undefined } },
      { line: 7, task: { name: 'He said "hello"\non two lines', dueOn: '2026-08-13T18:30', starred: undefined } },
    ]);
    expect(rejectedOf(EXPORT_2026)).toEqual([]);
  });

  it('of earlier versions is read as well, with dates in English', () => {
    expect(tasksOf(LEGACY).map(({ task }) => task.dueOn)).toEqual(['2026-08-17', '2026-12-03T09:30', undefined]);
    expect(tasksOf(LEGACY)[2]?.task.note).toBe('tomorrow');
  });

  it('may have a byte order mark and any line ends', () => {
    for (const end of ['\r\n', '\r', '\n']) {
      expect(tasksOf(`\ufeff${LEGACY.replaceAll('\n', end)}`)).toHaveLength(3);
    }
  });

  it('has lines that are rejected by number and reason', () => {
    const text = 'TYPE,CONTENT\nnote,too early\ntask,fine\ntask,\nthing,x\ntask,"no end\ntask,swallowed';
    expect(rejectedOf(text)).toEqual([
      { line: 2, code: 'comment-without-task', reason: 'A comment without a task above it' },
      { line: 4, code: 'name-empty', reason: 'CONTENT is empty' },
      { line: 5, code: 'type-unknown', reason: 'TYPE must be task, section or note, not "thing"' },
      { line: 6, code: 'quote-unclosed', reason: 'A quoted text has no end' },
    ]);
    expect(tasksOf(text).map(({ task }) => task.name)).toEqual(['fine']);
  });

  it('with half a million comments on one task is read at once', () => {
    const text = `TYPE,CONTENT\ntask,milk\n${'note,x\n'.repeat(500_000)}`;
    expect(tasksOf(text)).toHaveLength(1);
  });

  it('without a header is rejected, and nothing is an empty file', () => {
    expect([...tasksOfCsv('a,b\n1,2')]).toEqual([
      { line: 1, code: 'columns-unknown', reason: 'The first line must name the columns: TYPE and CONTENT, or name' },
    ]);
    expect([...tasksOfCsv('')]).toEqual([]);
  });

  it('with more than 64 columns is rejected before any record', () => {
    const withColumns = (count: number): string => `name${',x'.repeat(count - 1)}\nmilk\nbread`;
    expect([...tasksOfCsv(withColumns(65))]).toEqual([
      { line: 1, code: 'too-many-columns', reason: 'The first line must name at most 64 columns' },
    ]);
    expect(tasksOf(withColumns(64)).map(({ task }) => task.name)).toEqual(['milk', 'bread']);
  });
});

describe('our own CSV', () => {
  const task: Required<NewTask> = {
    id: 'a',
    name: '=cmd|"calc"',
    done: true,
    createdOn: '2026-01-02T03:04:05.678Z',
    note: '-1\n\'+2, "three"',
    dueOn: '2026-12-01',
    starred: true,
    repeat: 'FREQ=WEEKLY;BYDAY=TU',
    doneOn: '2026-02-03T04:05:06.789Z',
    position: 'a0',
  };

  it('comes back as it was written', () => {
    const plain = { id: 'b', name: "'quoted'", done: false, createdOn: task.createdOn };
    const text = [CSV_HEADER, toCsvLine(task), toCsvLine(plain)].join('\r\n');
    expect(tasksOf(text).map((entry) => entry.task)).toEqual([
      { ...task, id: undefined },
      expect.objectContaining({ name: "'quoted'", done: false, note: undefined, starred: undefined }),
    ]);
  });

  it('identifies a line as the first version did', () => {
    const exported = [
      'name,done,note,dueOn,starred,repeat,createdOn,doneOn,position',
      'milk,false,,,,,2026-01-02T03:04:05.678Z,,',
    ].join('\r\n');
    expect(
      [CSV_HEADER, toCsvLine({ id: 'a', name: 'milk', done: false, createdOn: task.createdOn })].join('\r\n'),
    ).toBe(exported);
    expect(contentsOf(exported)).toEqual([
      'milk\u001ffalse\u001f\u001f\u001f\u001f\u001f2026-01-02T03:04:05.678Z\u001f\u001f',
    ]);
    expect(contentsOf('name,note,mine\nmilk,,\nbread')).toEqual(['milk\u001f\u001f', 'bread']);
  });

  it('identifies a line without the columns of later versions as one where they are empty', () => {
    const line = toCsvLine(task);
    const [content] = contentsOf(`${CSV_HEADER}\n${line}`);
    expect(contentsOf(`${CSV_HEADER},later,latest\n${line},,`)).toEqual([content]);
    expect(contentsOf(`${CSV_HEADER},later,latest\n${line},,x`)).not.toEqual([content]);
  });

  it.each(['=1+1', '+1', '-1', '@x', "'=1", "''-1", '\tx', "'", "it's", 'x=1', ''])(
    'is no formula in a spreadsheet: %j',
    (text) => {
      const [record] = csvRecords(csvLine([text, 'x']));
      expect(record?.fields[0]).not.toMatch(/^[=+\-@\t\r]/);
      expect(withoutFormulaMark(record?.fields[0] ?? '')).toBe(text);
    },
  );
});

describe('CSV records', () => {
  it.each([
    ['a,b', [['a', 'b']]],
    ['a,b\n', [['a', 'b']]],
    [',\n', [['', '']]],
    ['"a,""b""\r\nc",d\r\n\r\ne', [['a,"b"\r\nc', 'd'], ['e']]],
    ['"a" x,b', [['a x', 'b']]],
  ])('of %j', (text, expected) => {
    expect([...csvRecords(text)].map(({ fields }) => fields)).toEqual(expected);
  });

  it('are numbered by the line on which they begin', () => {
    expect([...csvRecords('a\n"b\nc"\n\nd')].map(({ line }) => line)).toEqual([1, 2, 5]);
  });
});
