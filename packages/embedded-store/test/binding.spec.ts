import { describe, expect, it } from '@jest/globals';
import { bindingFor } from '../src/binding.js';

const TWIN = '@photostructure/sqlite';

describe('The binding', () => {
  it.each<[string, boolean, string | undefined, string]>([
    ['Node 20', false, undefined, TWIN],
    ['Node 22.12, behind a flag', false, '3.47.1', TWIN],
    ['Node 22.22', true, '3.51.2', TWIN],
    ['Node 22.23', true, '3.51.3', 'node:sqlite'],
    ['Node 24.14', true, '3.50.9', TWIN],
    ['Node 24.15', true, '3.51.3', 'node:sqlite'],
    ['Node 26', true, '3.53.4', 'node:sqlite'],
    ['a later one', true, '4.0.0', 'node:sqlite'],
  ])('of %s is that with a SQLite without the WAL-reset fault', (_node, hasModule, sqlite, binding) => {
    expect(bindingFor(hasModule, sqlite)).toBe(binding);
  });
});
