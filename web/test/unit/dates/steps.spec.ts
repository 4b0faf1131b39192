import { describe, expect, it } from '@jest/globals';
import {
  stepsOf,
  textOf,
  withNewStep,
  withoutStep,
  withStepDone,
  withStepText,
  withText,
} from '../../../src/dates/steps.js';

const NOTE = 'For the weekend\n\n- [ ] milk\n- [x] eggs\n  * [X] free range';

describe('The steps of a note', () => {
  it('are its lines with a box', () => {
    expect(stepsOf(NOTE)).toEqual([
      { line: 2, text: 'milk', done: false },
      { line: 3, text: 'eggs', done: true },
      { line: 4, text: 'free range', done: true },
    ]);
  });

  it.each([
    ['- [ ]', 1],
    ['+ [x]\tcoffee', 1],
    ['\t- [ ] deep', 1],
    ['- [ ]milk', 0],
    ['- [] milk', 0],
    ['-[ ] milk', 0],
    ['1. [ ] milk', 0],
    ['a - [ ] milk', 0],
    ['', 0],
  ])('are counted as the service does: %j', (note, total) => {
    expect(stepsOf(note)).toHaveLength(total);
  });

  it('are done and open again, and nothing else changes', () => {
    expect(withStepDone(NOTE, 2, true)).toBe(NOTE.replace('- [ ] milk', '- [x] milk'));
    expect(withStepDone(NOTE, 4, false)).toBe(NOTE.replace('  * [X] free', '  * [ ] free'));
    expect(withStepDone(NOTE, 0, true)).toBe(NOTE);
  });

  it('are renamed, and removed with an empty name', () => {
    expect(withStepText(NOTE, 3, ' bread ')).toBe(NOTE.replace('[x] eggs', '[x] bread'));
    expect(withStepText(NOTE, 3, ' ')).toBe(withoutStep(NOTE, 3));
    expect(withoutStep('- [ ] only', 0)).toBe('');
  });

  it('keep a text with signs of replacement patterns', () => {
    expect(withStepText('- [ ] a', 0, '$1 & $&')).toBe('- [ ] $1 & $&');
  });

  it('follow the others, or the text', () => {
    expect(withNewStep('- [ ] a\nafter', 'b')).toBe('- [ ] a\n- [ ] b\nafter');
    expect(withNewStep('text', 'b')).toBe('text\n\n- [ ] b');
    expect(withNewStep(' ', ' b ')).toBe('- [ ] b');
  });

  it('are apart from the text, which changes without them', () => {
    expect(textOf(NOTE)).toBe('For the weekend');
    expect(withText(NOTE, 'New')).toBe('New\n\n- [ ] milk\n- [x] eggs\n  * [X] free range');
    expect(withText(NOTE, '')).toBe('- [ ] milk\n- [x] eggs\n  * [X] free range');
    expect(withText('', 'New')).toBe('New');
  });
});
