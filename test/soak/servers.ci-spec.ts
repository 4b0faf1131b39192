import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BalancedServers, type Phase } from './servers/balanced.js';
import type { FaultName } from './servers/faults.js';

const LOAD = { callsPerSecond: 200, timeoutMs: 5_000, phaseMs: 500, returnLimitMs: 20_000 };

/** The short form of `npm run scenario -- servers`. */
describe('A client of three servers under load', () => {
  let servers: BalancedServers;

  beforeAll(async () => {
    servers = await BalancedServers.start({ isByName: true });
  });
  afterAll(() => servers[Symbol.asyncDispose]());

  it.each<FaultName>(['killed', 'draining'])(
    'loses only the calls in flight on one that is %s, and uses it again',
    async (fault) => {
      const { before, during, after, host, unanswered, ejectedAfterMs, returnedAfterMs } = await servers.suffer(
        fault,
        LOAD,
      );
      for (const phase of [before, during, after]) expect(phase).toMatchObject({ notRun: 0, failed: 0 });
      expect(before.maybeRun + during.maybeRun + after.maybeRun).toBe(unanswered);
      if (fault !== 'killed') expect(unanswered).toBe(0);
      expect(ejectedAfterMs).toBeDefined();
      expect(after.shareOf(host)).toBeGreaterThan(0);
      expect(returnedAfterMs).toBeLessThan(LOAD.returnLimitMs);
    },
  );

  it('stops calling one that hangs, and uses it again', async () => {
    const load = { ...LOAD, timeoutMs: 600, phaseMs: 1_000 };
    const { before, during, after, host, unanswered, returnedAfterMs } = await servers.suffer('hung', load);
    for (const phase of [before, during, after]) expect(phase).toMatchObject({ notRun: 0, failed: 0 });
    expect(during.maybeRun).toBeLessThan(during.latencies.count / 4);
    expect(before.maybeRun + during.maybeRun + after.maybeRun).toBe(unanswered);
    expect(after.shareOf(host)).toBeGreaterThan(0);
    expect(returnedAfterMs).toBeLessThan(LOAD.returnLimitMs);
  });

  it.each<FaultName>(['slow', 'overloaded'])('calls one that is %s less, without an error', async (fault) => {
    const { before, during, after, host } = await servers.suffer(fault, LOAD);
    for (const phase of [before, during, after]) expect(phase).toMatchObject({ notRun: 0, maybeRun: 0, failed: 0 });
    expect(during.latencies.count).toBeGreaterThan(0);
    expect(during.shareOf(host)).toBeLessThan(0.25);
  });

  it('follows its name to other addresses without an error', async () => {
    let phases: Phase[] = [];
    const { skipped } = await servers.load(LOAD, async (next) => {
      const before = next();
      await delay(LOAD.phaseMs);
      const resolved = new Promise((resolve) => {
        servers.client.on('resolve', resolve);
      });
      servers.resolveTo(['127.0.0.1', '127.0.0.3']);
      expect(await resolved).toHaveLength(2);
      const after = next();
      await delay(LOAD.phaseMs);
      phases = [before, after];
    });
    expect(skipped).toBe(0);
    for (const phase of phases) expect(phase).toMatchObject({ notRun: 0, maybeRun: 0, failed: 0 });
    expect(phases[1]?.answers.get('127.0.0.2')).toBeUndefined();
    expect(phases[1]?.latencies.count).toBeGreaterThan(0);
  });
});
