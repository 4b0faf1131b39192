import { describe, expect, it } from '@jest/globals';
import { tasksOfPaste } from '../../../src/dates/paste.js';

describe('tasksOfPaste', () => {
  it.each([
    ['milk', { name: 'milk', done: false }],
    ['- milk', { name: 'milk', done: false }],
    ['* milk', { name: 'milk', done: false }],
    ['+ milk', { name: 'milk', done: false }],
    ['• milk', { name: 'milk', done: false }],
    ['•\tmilk', { name: 'milk', done: false }],
    ['– milk', { name: 'milk', done: false }],
    ['1. milk', { name: 'milk', done: false }],
    ['12) milk', { name: 'milk', done: false }],
    ['- [ ] milk', { name: 'milk', done: false }],
    ['- [] milk', { name: 'milk', done: false }],
    ['- [x] milk', { name: 'milk', done: true }],
    ['* [X] milk', { name: 'milk', done: true }],
    ['1. [x] milk', { name: 'milk', done: true }],
    ['[x] milk', { name: 'milk', done: true }],
    ['☐ milk', { name: 'milk', done: false }],
    ['☑ milk', { name: 'milk', done: true }],
    ['✅milk', { name: 'milk', done: true }],
    ['-5 degrees', { name: '-5 degrees', done: false }],
    ['1.5 l milk', { name: '1.5 l milk', done: false }],
    ['*bold*', { name: '*bold*', done: false }],
    ['# Heading', { name: '# Heading', done: false }],
    ['milk due:2026-12-24', { name: 'milk', done: false, dueOn: '2026-12-24' }],
    ['- [x] milk 📅 2026-12-24 now', { name: 'milk now', done: true, dueOn: '2026-12-24' }],
    ['due:2026-12-24', { name: 'due:2026-12-24', done: false }],
    ['milk due:2026-13-24', { name: 'milk due:2026-13-24', done: false }],
  ])('reads %j', (line, task) => {
    expect(tasksOfPaste(line)).toEqual([task]);
  });

  it('keeps the order and leaves out empty lines, rulers and empty items', () => {
    const names = tasksOfPaste('\n- a\r\n\r\n---\rb\n-  \n* * *x\n').map(({ name }) => name);
    expect(names).toEqual(['a', 'b', '-', '* *x']);
  });

  it('makes the items below an item its steps, and other lines its text', () => {
    expect(tasksOfPaste('- shop\n  - milk\n    - [x] eggs\n  at the corner\n- call')).toEqual([
      { name: 'shop', done: false, note: '- [ ] milk\n- [x] eggs\nat the corner' },
      { name: 'call', done: false },
    ]);
  });

  it('makes indented lines the steps of a line without a mark', () => {
    expect(tasksOfPaste('Shop\n\tmilk\n\teggs')).toEqual([
      { name: 'Shop', done: false, note: '- [ ] milk\n- [ ] eggs' },
    ]);
  });

  it('ignores the indentation that all lines have', () => {
    expect(tasksOfPaste('    - milk\n    - eggs\n      - brown')).toEqual([
      { name: 'milk', done: false },
      { name: 'eggs', done: false, note: '- [ ] brown' },
    ]);
  });

  it('reads our own export', () => {
    expect(tasksOfPaste('- [x] Shop\n  At the corner\n  - [ ] milk\n- [ ] Call')).toEqual([
      { name: 'Shop', done: true, note: 'At the corner\n- [ ] milk' },
      { name: 'Call', done: false },
    ]);
  });
});
