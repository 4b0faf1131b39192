import { expect, it } from '@jest/globals';
import { RetryBudget } from '../../src/client/retry-budget.js';

/** Spends until nothing is left; returns how often. */
function drain(budget: RetryBudget): number {
  let spent = 0;
  while (budget.spend()) spent++;
  return spent;
}

it.each([
  [1, 100],
  [100, 100],
  [1_024, 1_024],
])('suffices for all %d calls of a connection, and for %d at least', (calls, saved) => {
  expect(drain(new RetryBudget(calls))).toBe(saved);
});

it('earns a fifth of a retry with each call, and saves no more than at first', () => {
  const budget = new RetryBudget(1);
  drain(budget);
  for (let call = 0; call < 51; call++) budget.earn();
  expect(drain(budget)).toBe(10);
  for (let call = 0; call < 10_000; call++) budget.earn();
  expect(drain(budget)).toBe(100);
});
