import { describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { Deferred } from '@tasks/testing/deferred';
import { Semaphore } from '../../src/application/semaphore.js';

describe('Semaphore', () => {
  it('serves callers round-robin, and each of them in order', async () => {
    const semaphore = new Semaphore(1);
    const gate = new Deferred<void>();
    const started: string[] = [];
    const run = (name: string, caller?: object): Promise<void> =>
      semaphore.run(async () => {
        started.push(name);
        if (name === 'first') await gate.promise;
      }, caller);
    const [greedy, modest] = [{}, {}];
    const all = [run('first'), run('g1', greedy), run('g2', greedy), run('g3', greedy), run('m1', modest)];
    expect(semaphore.hasSlot).toBe(false);
    gate.resolve();
    await Promise.all(all);
    expect(started).toEqual(['first', 'g1', 'm1', 'g2', 'g3']);
    expect(semaphore.hasSlot).toBe(true);
  });

  it('frees its slot when the action fails', async () => {
    const semaphore = new Semaphore(1);
    await expect(semaphore.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await semaphore.run(() => Promise.resolve('next'))).toBe('next');
  });

  it('limits the queue, and keeps entries for callers that have none', async () => {
    const semaphore = new Semaphore(1, 16);
    const gate = new Deferred<void>();
    const hold = (caller: object): Promise<'run' | 'busy'> =>
      semaphore
        .run(() => gate.promise, caller)
        .then(
          () => 'run',
          () => 'busy',
        );
    const greedy = {};
    const many = Array.from({ length: 40 }, () => hold(greedy));
    await setImmediate();
    const others = Array.from({ length: 5 }, () => hold({}));
    gate.resolve();
    expect((await Promise.all(many)).filter((outcome) => outcome === 'run')).toHaveLength(1 + 4);
    expect(await Promise.all(others)).toEqual(new Array(5).fill('run'));
  });
});
