import { expect, it } from '@jest/globals';
import { json } from '../src/http-listener.js';

it('an answer in JSON keeps -0', () => {
  expect(json(200, { value: -0, other: 0 }).content).toBe('{"value":-0,"other":0}');
});
