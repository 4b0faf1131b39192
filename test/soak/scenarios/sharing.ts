import { setTimeout as delay } from 'node:timers/promises';
import { PAGE_MAX_TASKS } from '@tasks/idl';
import { METRICS_SHARED_FOR_MS } from '@tasks/service';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { median } from '../../../bench/median.js';
import { MemoryPeak } from '../process-watch.js';
import { atMost, exactly, format, renderCounts, say, type Figure } from '../report.js';
import type { Scenario } from '../scenario.js';
import { newTaskId, SharingSystem, type Sharing, type SharingSizes } from '../sharing/sharing-system.js';
import { Watchers } from '../sharing/watchers.js';
import { underLoad } from '../under-load.js';

const SIZES: SharingSizes = {
  accounts: 100,
  lists: 200,
  members: 50,
  streamsPerAccount: 20,
  fullLists: 2,
  tasksPerFullList: 10_000,
};
const LIST_READS = 20;
const READERS = 50;
const ARRIVAL_LIMIT_MS = 1_000;
const MEMORY_LIMIT_MIB = 256;
/** Time that late events have, so that they are counted as late and not as lost. */
const SETTLE_MS = 30_000;
/** Pause of a reader whose export is rejected, since another one of the account is running. */
const REJECTED_PAUSE_MS = 1_000;

/** Ways to read a list: the page reads the longest pages of open tasks; Tasks does not queue pages of up to 100. */
const READS = {
  'pages of the browser': `tasks?done=false&limit=${String(PAGE_MAX_TASKS)}`,
  'pages of 1,000': `tasks?limit=${String(PAGE_MAX_TASKS)}`,
  'pages of 100': 'tasks?limit=100',
  exports: 'export',
};
type Read = keyof typeof READS;

const HELP = `npm run scenario -- sharing [--changes N] [--rate N] [--seconds N]

An account in ${format(SIZES.lists)} lists of ${format(SIZES.members)} members, and ${format(SIZES.accounts * SIZES.streamsPerAccount)} event streams of ${format(SIZES.accounts)} accounts, on the embedded stores; accounts,
members and tasks are made by the REST API. Members add tasks to one list after the other; each change reaches
${format(SIZES.members * SIZES.streamsPerAccount)} streams. Then ${format(READERS)} clients of one account read its largest lists (${format(SIZES.fullLists)} of ${format(SIZES.tasksPerFullList)} tasks with the longest notes) at
once: ${Object.keys(READS).join(', ')}, each on services that have just started.

--changes N  number of changes (default 200)
--rate N     changes a second (default 10)
--seconds N  how long each kind of read lasts (default 20)

SIGTERM and SIGINT end the run after the step in progress.

Ends with 1 when GET /lists needs more than one call to Tasks, a change does not reach a stream or takes more than ${format(ARRIVAL_LIMIT_MS)} ms to (p99),
a read fails, or the reads make the gateway or Tasks ${format(MEMORY_LIMIT_MIB)} MiB larger.
`;

export const sharing: Scenario = {
  about: 'an account in 200 shared lists, 2,000 event streams, 50 clients that read large lists',
  help: HELP,
  options: { changes: '200', rate: '10', seconds: '20' },
  run(values, signal) {
    return sharingFigures(
      {
        sizes: SIZES,
        changes: values.number('changes', { min: 1, max: 100_000 }),
        changesPerSecond: values.number('rate', { min: 1, max: 1_000 }),
        readers: READERS,
        readMs: values.number('seconds', { min: 1, max: 3_600 }) * 1_000,
      },
      signal,
    );
  },
};

interface SharingOptions {
  readonly sizes: SharingSizes;
  readonly changes: number;
  readonly changesPerSecond: number;
  /** Clients that read at once. */
  readonly readers: number;
  /** How long each kind of read lasts. */
  readonly readMs: number;
}

/** Runs the load, and judges. */
export async function sharingFigures(options: SharingOptions, signal?: AbortSignal): Promise<Figure[]> {
  using folder = new ScratchFolder();
  const figures: Figure[] = [];
  let shared: Sharing;
  {
    await using system = await SharingSystem.start(folder.path);
    shared = await system.populate(options.sizes);
    figures.push(...(await listFigures(system, shared)));
    if (signal?.aborted !== true) figures.push(...(await changeFigures(system, shared, options)));
  }
  for (const read of Object.keys(READS) as Read[]) {
    if (signal?.aborted === true) break;
    say(`${format(options.readers)} clients: ${read}`);
    // Memory that an earlier step took and freed would hide what this one takes.
    await using system = await SharingSystem.start(folder.path);
    figures.push(...(await readFigures(system, shared, read, options)));
  }
  return figures;
}

async function listFigures(system: SharingSystem, { owner, lists }: Sharing): Promise<Figure[]> {
  const before = await system.taskCalls();
  const durationsMs: number[] = [];
  for (let n = 0; n < LIST_READS; n++) {
    const fromMs = performance.now();
    await system.request('GET', '/lists', owner);
    durationsMs.push(performance.now() - fromMs);
  }
  // Until then /metrics answers what it answered before.
  await delay(METRICS_SHARED_FOR_MS + 20);
  const calls = new Map([...(await system.taskCalls())].map(([method, n]) => [method, n - (before.get(method) ?? 0)]));
  const sum = [...calls.values()].reduce((total, count) => total + count, 0);
  return [
    { name: `GET /lists of ${format(lists.length)} lists, median`, value: `${format(median(durationsMs))} ms` },
    exactly(`calls to Tasks of ${format(LIST_READS)} GET /lists`, sum, LIST_READS),
    exactly('of them totals', calls.get('totals') ?? 0, LIST_READS),
  ];
}

async function changeFigures(system: SharingSystem, shared: Sharing, options: SharingOptions): Promise<Figure[]> {
  const { changes, changesPerSecond } = options;
  const { streamsPerAccount } = options.sizes;
  const { accounts, lists } = shared;
  const streams = accounts.length * streamsPerAccount;
  say(`opening ${format(streams)} event streams`);
  using watchers = new Watchers(system.gateway.port);
  const peak = new MemoryPeak(system.gateway.pid);
  for (const account of accounts) await watchers.open(account, streamsPerAccount);
  const kibPerStream = (peak.addedMib * 1_024) / streams;
  say(`making ${format(changes)} changes`);
  let made = 0;
  let failed = 0;
  const change = async (n: number): Promise<void> => {
    const list = lists[n % lists.length];
    const member = list?.members[n % list.members.length];
    if (made === changes || !list || !member) return;
    made++;
    const id = newTaskId();
    watchers.expect(id, list.members.length * streamsPerAccount);
    await system.request('POST', `/lists/${list.id}/tasks`, member, { id, name: 'milk' }).catch((error: unknown) => {
      failed++;
      say(String(error));
    });
  };
  await underLoad({ callsPerSecond: changesPerSecond, maxPending: changes, call: change }, () =>
    delay((changes / changesPerSecond) * 1_000 + 100),
  );
  await watchers.settled(SETTLE_MS);
  const { latencies } = watchers;
  return [
    { name: 'event streams, gateway memory each', value: `${format(streams)}, ${format(kibPerStream)} KiB` },
    { name: 'changes, events', value: `${format(made)}, ${format(latencies.count)}` },
    exactly('changes that failed', failed, 0),
    exactly('events that did not arrive', watchers.awaited, 0),
    { name: 'change until event, p50', value: `${format(latencies.percentileMs(0.5))} ms` },
    atMost('change until event, p99', latencies.percentileMs(0.99), ARRIVAL_LIMIT_MS, ' ms'),
    { name: 'change until event, greatest', value: `${format(latencies.maxMs)} ms` },
  ];
}

async function readFigures(
  system: SharingSystem,
  { owner, fullLists }: Sharing,
  read: Read,
  { readers, readMs }: SharingOptions,
): Promise<Figure[]> {
  // The first request is slower, and compiles what others use.
  await system.request('GET', '/tasks?limit=1', owner);
  const [gateway, tasks] = [new MemoryPeak(system.gateway.pid), new MemoryPeak(system.tasks.pid)];
  const statuses = new Map<string, number>();
  let bytes = 0;
  const endMs = performance.now() + readMs;
  const client = async (n: number): Promise<void> => {
    const path = `${system.gateway.origin}/api/v1/lists/${String(fullLists[n % fullLists.length])}/${READS[read]}`;
    for (let cursor: string | undefined; performance.now() < endMs;) {
      const response = await fetch(cursor === undefined ? path : `${path}&after=${cursor}`, { headers: owner.headers });
      let end = '';
      const decoder = new TextDecoder();
      for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        bytes += chunk.byteLength;
        end = (end + decoder.decode(chunk, { stream: true })).slice(-300);
      }
      const isWhole = response.status !== 200 || /"complete":true\}$|"nextCursor":(?:null|"[^"]*")\}$/.test(end);
      const outcome = isWhole ? String(response.status) : 'incomplete';
      statuses.set(outcome, (statuses.get(outcome) ?? 0) + 1);
      cursor = /"nextCursor":"([^"]*)"\}$/.exec(end)?.[1];
      if (response.status !== 200) await delay(REJECTED_PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: readers }, (_, n) => client(n)));
  const isExpected = (outcome: string): boolean => outcome === '200' || (read === 'exports' && outcome === '429');
  const failed = [...statuses].filter(([outcome]) => !isExpected(outcome)).reduce((sum, [, count]) => sum + count, 0);
  return [
    { name: `${read}: answers, MiB`, value: `${renderCounts(statuses)}; ${format(Math.round(bytes / 1_048_576))}` },
    exactly(`${read}: failed`, failed, 0),
    atMost(`${read}: gateway larger by`, gateway.addedMib, MEMORY_LIMIT_MIB, ' MiB'),
    atMost(`${read}: Tasks larger by`, tasks.addedMib, MEMORY_LIMIT_MIB, ' MiB'),
  ];
}
