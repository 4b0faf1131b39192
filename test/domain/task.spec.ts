import { describe, expect, it } from '@jest/globals';
import { checkedTaskId, checkedUserId, searchForm, Task } from '../../src/domain/task.js';
import { checkedChanges } from '../../src/domain/task-details.js';
import { NAME_MAX_LENGTH, USER_ID_MAX_LENGTH } from '@tasks/idl';
import { NO_DETAILS } from '../../src/domain/task-details.js';
import { aTask, instant, taskId } from '../support/builders.js';

const NEW = { id: taskId(1), userId: 'alice', createdOn: instant() };

function rejection(message: string): unknown {
  return expect.objectContaining({ name: 'TaskError', code: 'INVALID_INPUT', message });
}

function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

describe('A new task', () => {
  it('is not done and has an empty name by default', () => {
    expect(Task.create(NEW)).toEqual(new Task(taskId(1), 'alice', '', instant(), false));
  });

  it('has the given name and done flag', () => {
    expect(Task.create({ ...NEW, name: 'buy milk', done: true })).toMatchObject({ name: 'buy milk', done: true });
  });

  it('may have a name and a user id of the maximum length, in UTF-16 units', () => {
    const userId = '🥛'.repeat(USER_ID_MAX_LENGTH / 2);
    const name = '🥛'.repeat(NAME_MAX_LENGTH / 2);
    expect(Task.create({ ...NEW, userId, name })).toMatchObject({ userId, name });
  });

  it.each([
    ['an empty user id', { userId: '' }, 'userId must not be empty'],
    ['a long user id', { userId: 'u'.repeat(257) }, 'userId must be at most 256 characters'],
    ['half a surrogate pair in the user id', { userId: 'a\ud83e' }, 'userId must be well-formed Unicode text'],
    ['a long name', { name: 'n'.repeat(4_097) }, 'name must be at most 4096 characters'],
    ['half a surrogate pair in the name', { name: '\udd5b' }, 'name must be well-formed Unicode text'],
  ])('is rejected with %s, naming field and rule', (_what, fields, message) => {
    expect(thrownBy(() => Task.create({ ...NEW, ...fields }))).toEqual(rejection(message));
  });

  it('is rejected with the broken rule, for callers with another name for the field', () => {
    expect(thrownBy(() => Task.create({ ...NEW, userId: '' }))).toMatchObject({
      violation: { field: 'userId', rule: 'must not be empty' },
    });
  });
});

describe('A change of a task', () => {
  it('leaves unset fields and the original task unchanged', () => {
    const task = aTask({ name: 'buy milk', done: true });
    expect(task.with({ name: '' })).toEqual(aTask({ name: '', done: true }));
    expect(task.with({ done: false })).toEqual(aTask({ name: 'buy milk', done: false }));
    expect(task.with({})).toEqual(task);
    expect(task).toEqual(aTask({ name: 'buy milk', done: true }));
  });

  it('is checked like a new task', () => {
    expect(checkedChanges({ name: '', done: true })).toEqual({ name: '', done: true });
    expect(thrownBy(() => checkedChanges({ name: 'n'.repeat(4_097) }))).toEqual(
      rejection('name must be at most 4096 characters'),
    );
  });
});

describe('A task id', () => {
  it('is stored in lower case', () => {
    expect(checkedTaskId('65A1B2C3D4E5F60718293A4B', 'taskId')).toBe('65a1b2c3d4e5f60718293a4b');
  });

  it.each(['', '65a1', `${taskId(1)}0`, taskId(1).replace('1', 'g'), `${taskId(1)}\n`, undefined, 7])(
    'is rejected when it is %j',
    (id) => {
      expect(thrownBy(() => checkedTaskId(id, 'taskId'))).toEqual(rejection('taskId must be 24 hexadecimal digits'));
    },
  );
});

describe('A user id', () => {
  it('may contain any characters', () => {
    expect(checkedUserId(' Åsa\u0000/🥛 ')).toBe(' Åsa\u0000/🥛 ');
  });

  it.each([undefined, null, 7, ''])('is rejected when it is %j', (userId) => {
    expect(thrownBy(() => checkedUserId(userId))).toEqual(rejection('userId must not be empty'));
  });
});

describe('Details of a task', () => {
  it('are one object for all tasks without any', () => {
    expect(Task.create(NEW).details).toBe(NO_DETAILS);
    expect(aTask().with({ note: 'n', starred: true }).with({ note: null, starred: null }).details).toBe(NO_DETAILS);
    expect(aTask().with({ done: true, note: undefined }).details).toBe(NO_DETAILS);
  });

  it('are compared by value, times and successors too', () => {
    const details = { note: 'n', doneOn: instant(1), successor: { id: taskId(2), revision: 'r' } };
    const task = aTask().with(details);
    expect(task.has({ ...details, doneOn: instant(1), successor: { ...details.successor } })).toBe(true);
    expect(task.has({ note: null })).toBe(false);
    expect(task.has({ dueOn: null, note: undefined })).toBe(true);
    expect(task.has({ successor: { id: taskId(2), revision: 's' } })).toBe(false);
    expect(task.equals(aTask().with({ ...details, doneOn: instant(2) }))).toBe(false);
    expect(task.equals(aTask().with({ ...details, doneOn: instant(1) }))).toBe(true);
  });

  it('count for the length of the texts, and are left out for the first clients', () => {
    expect(aTask({ name: 'abc' }).with({ note: 'de' }).textLength).toBe(5);
    expect(aTask().with({ note: 'de' }).withoutDetails()).toEqual(aTask());
  });
});

describe('Two tasks', () => {
  it.each([{ id: taskId(2) }, { userId: 'bob' }, { name: 'eggs' }, { done: true }, { createdOn: instant(1) }])(
    'are not equal when one has %j',
    (field) => {
      expect(aTask().equals(aTask(field))).toBe(false);
      expect(aTask(field).equals(aTask(field))).toBe(true);
    },
  );
});

describe('The search form of a text', () => {
  it('has no case, no diacritics and no compatibility forms', () => {
    expect(searchForm('\uff23af\u0065\u0301 \ufb03 \u00c5\u0130')).toBe('cafe ffi ai');
  });

  it('keeps the marks that make other letters', () => {
    expect(searchForm('\u304c \ud55c')).toBe('\u304c \ud55c');
  });

  it('keeps up to 30 marks in order, and breaks longer runs to stay linear', () => {
    const marks = (count: number): string => '\u05af\u0591'.repeat(count / 2);
    expect(searchForm(`x${marks(30)}`)).toBe(`x${marks(30)}`.normalize('NFKC'));
    expect(searchForm(`x${marks(60)}`)).toHaveLength(62);
  });
});
