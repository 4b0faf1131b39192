import { setTimeout as delay } from 'node:timers/promises';
import { atMost, exactly, format, say, type Figure } from '../report.js';
import type { Scenario } from '../scenario.js';
import { BalancedServers, type BalanceOptions, type FaultResult, type Phase } from '../servers/balanced.js';
import { FAULTS, type FaultName } from '../servers/faults.js';

const TIMEOUT_MS = 1_000;
const RETURN_LIMIT_MS = 60_000;
const SHARE_LIMIT_MS = 60_000;

type Load = Pick<BalanceOptions, 'callsPerSecond' | 'timeoutMs' | 'phaseMs'>;

const HELP = `npm run scenario -- servers [--rate N] [--seconds N] [--fault NAME]

A ClientThrift with three servers of a service without a store, on one port of 127.0.0.1 to 127.0.0.3. One of them fails
under load, and returns: ${Object.entries(FAULTS)
  .map(([name, { about }]) => `\n  ${name.padEnd(12)} ${about}`)
  .join('')}
  dns          the name of the servers is resolved to other addresses

--rate N      calls a second (default 2,000)
--seconds N   of each phase: before, during and after the fault (default 5)
--fault NAME  only this one

Ends with 1 when a call that certainly was not run fails, or more calls fail than the server left unanswered.
`;

export const servers: Scenario = {
  about: 'one of three servers behind a client fails; calls go to the others',
  help: HELP,
  options: { rate: '2000', seconds: '5', fault: undefined },
  async run(values, signal) {
    const load = {
      callsPerSecond: values.number('rate', { min: 1, max: 20_000 }),
      phaseMs: 1_000 * values.number('seconds', { min: 1, max: 3_600 }),
      timeoutMs: TIMEOUT_MS,
      returnLimitMs: RETURN_LIMIT_MS,
      shareLimitMs: SHARE_LIMIT_MS,
    };
    const wanted = values.text('fault');
    const isWanted = (name: string): boolean => wanted === 'undefined' || wanted === name;
    say('one healthy server');
    const alone = await callOne(load);
    const figures: Figure[] = [{ name: 'one healthy server: p50, p99', value: percentiles(alone) }];
    for (const name of Object.keys(FAULTS) as FaultName[]) {
      if (!isWanted(name) || signal.aborted) continue;
      say(`${name}: ${FAULTS[name].about}`);
      await using balanced = await BalancedServers.start();
      figures.push(...figuresOf(name, await balanced.suffer(name, load), alone));
    }
    if (isWanted('dns') && !signal.aborted) figures.push(...(await followName(load)));
    return figures;
  },
};

/** The load on a client of one server. */
async function callOne(load: Load): Promise<Phase> {
  await using balanced = await BalancedServers.start({ count: 1 });
  const { result } = await balanced.load(load, async (next) => {
    // Compiled code and a connection first.
    next();
    await delay(load.phaseMs / 2);
    const phase = next();
    await delay(load.phaseMs);
    return phase;
  });
  return result;
}

function figuresOf(name: string, result: FaultResult, alone: Phase): Figure[] {
  const { before, during, after, host, unanswered, ejectedAfterMs, returnedAfterMs, halfShareAfterMs, skipped } =
    result;
  const phases = [before, during, after];
  const total = (count: (phase: Phase) => number): number => phases.reduce((sum, phase) => sum + count(phase), 0);
  const shares = phases.map((phase) => `${format(100 * phase.shareOf(host))} %`).join(', ');
  return [
    { name: `${name}: answers`, value: total(({ latencies }) => latencies.count) },
    exactly(
      `${name}: errors of calls certainly not run`,
      total(({ notRun }) => notRun),
      0,
    ),
    exactly(
      `${name}: other errors`,
      total(({ failed }) => failed),
      0,
    ),
    exactly(
      `${name}: errors of calls that may have run, of those unanswered by the server`,
      total(({ maybeRun }) => maybeRun),
      unanswered,
    ),
    { name: `${name}: share of its server before, during, after`, value: shares },
    {
      name: `${name}: disconnected after`,
      value: ejectedAfterMs === undefined ? 'never' : `${format(ejectedAfterMs)} ms`,
    },
    atMost(`${name}: first answer after its return`, returnedAfterMs, RETURN_LIMIT_MS, ' ms'),
    atMost(`${name}: half of its share again after`, halfShareAfterMs ?? Infinity, SHARE_LIMIT_MS, ' ms'),
    { name: `${name}: p50, p99 before; during; after`, value: phases.map(percentiles).join('; ') },
    {
      name: `${name}: p99 before; during; after, against one healthy server`,
      value: phases.map((phase) => format(p99Of(phase) / p99Of(alone))).join('; '),
    },
    exactly(`${name}: calls left out`, skipped, 0),
  ];
}

function p99Of({ latencies }: Phase): number {
  return latencies.percentileMs(0.99);
}

function percentiles({ latencies }: Phase): string {
  return [0.5, 0.99].map((share) => `${format(latencies.percentileMs(share))} ms`).join(', ');
}

async function followName(load: Load): Promise<Figure[]> {
  say('dns: the name is resolved to other addresses');
  await using balanced = await BalancedServers.start({ isByName: true });
  balanced.resolveTo(['127.0.0.1', '127.0.0.2']);
  const { result, skipped } = await balanced.load(load, async (next) => {
    const before = next();
    await delay(load.phaseMs);
    const changedAtMs = performance.now();
    const resolved = new Promise((resolve) => {
      balanced.client.on('resolve', resolve);
    });
    balanced.resolveTo(['127.0.0.2', '127.0.0.3']);
    await resolved;
    const followedAfterMs = performance.now() - changedAtMs;
    const after = next();
    await delay(load.phaseMs);
    return { phases: [before, after], followedAfterMs };
  });
  const failures = result.phases.reduce((sum, { notRun, maybeRun, failed }) => sum + notRun + maybeRun + failed, 0);
  const [, after] = result.phases;
  return [
    exactly('dns: errors', failures, 0),
    exactly('dns: answers from the former address', after?.answers.get('127.0.0.1') ?? 0, 0),
    { name: 'dns: share of the new one', value: `${format(100 * (after?.shareOf('127.0.0.3') ?? 0))} %` },
    { name: 'dns: followed after', value: `${format(result.followedAfterMs)} ms` },
    exactly('dns: calls left out', skipped, 0),
  ];
}
