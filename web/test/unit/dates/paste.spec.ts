import { describe, expect, it, jest } from '@jest/globals';
import { readPaste, tasksOfPaste } from '../../../src/dates/paste.js';

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
    ['milk due:2026-12-24T09:30', { name: 'milk', done: false, dueOn: '2026-12-24T09:30' }],
    ['due:2026-12-24', { name: 'due:2026-12-24', done: false }],
    ['milk due:2026-02-31', { name: 'milk due:2026-02-31', done: false }],
    ['milk due:2026-13-24', { name: 'milk due:2026-13-24', done: false }],
  ])('reads %j', (line, task) => {
    expect(tasksOfPaste(line)).toEqual([task]);
  });

  it('leaves a day that no calendar has in the name where the browser rejects it, too', () => {
    const parse = jest.spyOn(Date, 'parse').mockReturnValue(NaN);
    try {
      expect(tasksOfPaste('milk due:2026-02-31')).toEqual([{ name: 'milk due:2026-02-31', done: false }]);
    } finally {
      parse.mockRestore();
    }
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

describe('readPaste', () => {
  const NOW = '2026-12-01T10:00';

  it('understands dates and repeats as those of a typed task', async () => {
    const text = '- Call mum tomorrow\n- [x] Done today\n- Buy 2 may flowers\n- Water plants every monday';
    const { tasks, asOne } = await readPaste(text, { before: '', after: '', language: 'en', now: NOW });
    expect(tasks).toEqual([
      { name: 'Call mum', done: false, dueOn: '2026-12-02' },
      { name: 'Done today', done: true },
      { name: 'Buy 2 may flowers', done: false },
      { name: 'Water plants', done: false, dueOn: '2026-12-07', repeat: 'FREQ=WEEKLY;BYDAY=MO' },
    ]);
    expect(asOne).toBe('Call mum tomorrow Done today Buy 2 may flowers Water plants every monday');
  });

  it('joins what was typed before and after, and speaks German', async () => {
    const options = { before: 'Noch: ', after: ' morgen', language: 'de', now: NOW } as const;
    expect((await readPaste('Brot\nMilch', options)).tasks).toEqual([
      { name: 'Noch: Brot', done: false },
      { name: 'Milch', done: false, dueOn: '2026-12-02' },
    ]);
  });

  it('leaves long lists as they are', async () => {
    const text = Array.from({ length: 201 }, () => 'milk tomorrow').join('\n');
    const { tasks } = await readPaste(text, { before: '', after: '', language: 'en', now: NOW });
    expect(tasks[200]).toEqual({ name: 'milk tomorrow', done: false });
  });
});
