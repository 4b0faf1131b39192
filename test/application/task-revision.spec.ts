import { describe, expect, it } from '@jest/globals';
import { revisionOf } from '@tasks/idl';
import { taskRevision } from '../../src/application/task-revision.js';
import { aTask } from '../support/builders.js';

/** What is hashed. */
function hashed(compute: (sha256: (text: string) => string) => string): unknown {
  let hashedText = '';
  compute((text) => {
    hashedText = text;
    return '0'.repeat(64);
  });
  return JSON.parse(hashedText);
}

const PLAIN = ['a', 'milk', null, false, null, null, false, null, null, null, null];

describe('The revision of a task', () => {
  it('has the fields of the first contracts by their place, unset ones too', () => {
    expect(hashed((sha256) => revisionOf({ id: 'a', userId: 'alice', name: 'milk' }, sha256))).toEqual(PLAIN);
  });

  it('has later fields by their names, and only those that are set', () => {
    const later = { venue: 'market', budget: 'small', unset: undefined, cleared: null };
    expect(hashed((sha256) => revisionOf({ id: 'a', name: 'milk', ...later }, sha256))).toEqual([
      ...PLAIN,
      ['budget', 'small'],
      ['venue', 'market'],
    ]);
  });

  it('has neither the owner nor what a done task remembers of its successor', () => {
    const task = aTask().with({ note: 'x' });
    const done = task.with({ successor: { id: 'b'.repeat(24), revision: 'c'.repeat(32) } }).ownedBy('bob');
    const ofTask = hashed((sha256) => taskRevision(sha256)(task));
    expect(hashed((sha256) => taskRevision(sha256)(done))).toEqual(ofTask);
  });
});
