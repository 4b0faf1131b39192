import { describe, expect, it } from '@jest/globals';
import { pathOf, toRoute } from '../../../src/state/route.js';

const LIST = 'a'.repeat(32);
const TASK = 'b'.repeat(24);

describe('The address', () => {
  it.each([
    '/',
    '/?q=milk+%26+eggs',
    '/today',
    '/upcoming?q=milk',
    `/starred/tasks/${TASK}`,
    `/all/tasks/${TASK}?q=x`,
    `/lists/${LIST}`,
    `/lists/${LIST}/tasks/${TASK}`,
  ])('reads %s and writes it again', (address) => {
    const { view, task, text, screen } = toRoute(new URL(address, 'http://page'));
    expect(screen).toBe('tasks');
    expect(pathOf(view, { task, text })).toBe(address);
  });

  it.each(['/nowhere', '/lists/x', `/lists/${LIST}/tasks`, '/today/tasks/1', '/lists'])('does not know %s', (path) => {
    expect(toRoute(new URL(path, 'http://page')).screen).toBe('unknown');
  });
});
