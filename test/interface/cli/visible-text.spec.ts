import { describe, expect, it } from '@jest/globals';
import { visibleText } from '../../../src/interface/cli/visible-text.js';

describe('visibleText', () => {
  it.each([
    ['buy milk', 'buy milk'],
    ['Größe 🥛 日本語', 'Größe 🥛 日本語'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\u001b]0;title\u0007', '\\u{1b}]0;title\\u{7}'],
    ['\u009b2J', '\\u{9b}2J'],
    ['\u202eabc\u2028', '\\u{202e}abc\\u{2028}'],
    ['\ud800', '\\u{d800}'],
  ])('shows %j as %s', (text, visible) => {
    expect(visibleText(text)).toBe(visible);
  });
});
