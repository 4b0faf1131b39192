import { describe, expect, it } from '@jest/globals';
import { transition } from '@tasks/service/transition';
import { WRITER_STATES, type WriterState } from '../src/writer.js';

describe('The states of a writer', () => {
  const states = Object.keys(WRITER_STATES) as WriterState[];
  const allowed = [
    'starting open',
    'starting waiting',
    'starting closed',
    'open waiting',
    'open closed',
    'waiting starting',
    'waiting closed',
  ];

  it.each(states.flatMap((from) => states.map((to) => [from, to] as const)))('%s to %s', (from, to) => {
    const change = (): WriterState => transition(WRITER_STATES, from, to);
    if (allowed.includes(`${from} ${to}`)) expect(change()).toBe(to);
    else expect(change).toThrow(`no transition from ${from} to ${to}`);
  });
});
