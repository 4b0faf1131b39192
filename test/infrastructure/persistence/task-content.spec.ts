import { describe, expect, it } from '@jest/globals';
import { NO_DETAILS } from '../../../src/domain/task-details.js';
import { fromContent, toContent } from '../../../src/infrastructure/persistence/task-content.js';
import { aTask, instant, taskId } from '../../support/builders.js';

const DETAILS = {
  note: 'n',
  dueOn: '2026-12-01',
  starred: true,
  repeat: 'FREQ=DAILY',
  doneOn: instant(1),
  position: 'a0',
  changedOn: instant(2),
  successor: { id: taskId(2), revision: 'r' },
} as const;

function read(content: object): { details: object; defects: string[] } {
  const defects: string[] = [];
  const task = fromContent(aTask(), content, (field, instead) => defects.push(`${field}: ${instead}`));
  return { details: task.details, defects };
}

describe('The content of a task', () => {
  it('is that of earlier versions for a task without details, to the byte', () => {
    expect(JSON.stringify(toContent(aTask()))).toBe('{"done":false,"name":"buy milk"}');
    expect(JSON.stringify(toContent(aTask().with({ note: 'n' }).with({ note: null })))).toBe(
      '{"done":false,"name":"buy milk"}',
    );
    expect(read({ done: false, name: 'buy milk' }).details).toBe(NO_DETAILS);
  });

  it('has its fields in one order, whatever the order of changes', () => {
    const reversed = Object.fromEntries(Object.entries(DETAILS).reverse());
    const names = ['done', 'name', ...Object.keys(DETAILS)];
    expect(Object.keys(toContent(aTask().with(DETAILS)))).toEqual(names);
    expect(Object.keys(toContent(aTask().with(reversed)))).toEqual(names);
  });

  it('is read back, from JSON too', () => {
    const task = aTask().with(DETAILS);
    expect(fromContent(aTask(), toContent(task))).toEqual(task);
    expect(fromContent(aTask(), JSON.parse(JSON.stringify(toContent(task))) as object)).toEqual(task);
  });

  it.each([
    [{ note: 5 }, ['note: unset']],
    [{ dueOn: new Date() }, ['dueOn: unset']],
    [{ starred: 'yes' }, ['starred: unset']],
    [{ starred: false }, []],
    [{ doneOn: 'yesterday' }, ['doneOn: unset']],
    [{ changedOn: 5 }, ['changedOn: unset']],
    [{ successor: 'x' }, ['successor: unset']],
    [{ successor: { id: taskId(1) } }, ['successor: unset']],
    [{ successor: { id: 'no id of a task', revision: 'r' } }, ['successor: unset']],
    [{ note: null, position: undefined }, []],
  ])('of a wrong type is read as unset: %j', (content, defects) => {
    expect(read(content)).toEqual({ details: {}, defects });
  });
});
