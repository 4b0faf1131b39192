import { figure, type Row } from './row.js';

/** How many times the requests a second of another peer one should reach under a workload. */
interface Goal {
  readonly peer: string;
  readonly workload: string;
  readonly against: string;
  readonly least?: number;
  /** Beyond the goal: what would be splendid. */
  readonly stretch?: number;
}

const SERVICE = 'Tasks, memory store';
const TRANSPORT = 'transport + Nest handler';

/** What `npm run bench` is there to show. */
const GOALS: readonly Goal[] = [
  { peer: SERVICE, workload: 'add 32x1', against: 'raw node echo', least: 0.5, stretch: 0.6 },
  { peer: SERVICE, workload: 'add 32x1', against: 'npm thrift', least: 2 },
  { peer: SERVICE, workload: 'add 32x1', against: 'Nest TCP', least: 1.4 },
  { peer: SERVICE, workload: 'add 32x1', against: 'Nest gRPC', least: 8 },
  { peer: SERVICE, workload: 'add 32x1', against: 'Go Apache Thrift', stretch: 0.7 },
  { peer: SERVICE, workload: 'add 8x16', against: 'npm thrift', least: 1.5, stretch: 2 },
  { peer: SERVICE, workload: 'add 8x16', against: 'Go Apache Thrift', least: 1 },
  { peer: SERVICE, workload: 'all of 100, 8x1', against: 'npm thrift', least: 6 },
  { peer: SERVICE, workload: 'all of 100, 8x1', against: 'Go Apache Thrift', stretch: 1 },
  { peer: TRANSPORT, workload: 'add 32x1', against: 'raw node echo', least: 0.7, stretch: 0.85 },
  { peer: TRANSPORT, workload: 'add 8x16', against: 'npm thrift', least: 3 },
  { peer: TRANSPORT, workload: 'all of 100, 8x1', against: 'npm thrift', least: 8 },
  { peer: 'Tasks, embedded store', workload: 'add 64x1', against: SERVICE, least: 0.4 },
];

/** The goals that these rows can tell of, each with its ratio. */
export function renderGoals(rows: readonly Row[]): string[] {
  const row = (workload: string, peer: string): Row | undefined =>
    rows.find((row) => row.workload.name === workload && row.peer.name === peer && row.measurements.length > 0);
  const lines = GOALS.flatMap(({ peer, workload, against, least, stretch }) => {
    const [one, other] = [row(workload, peer), row(workload, against)];
    if (one === undefined || other === undefined) return [];
    const ratio = figure(one, 'requestsPerSecond') / figure(other, 'requestsPerSecond');
    const cpu = figure(other, 'cpuUsPerRequest') / figure(one, 'cpuUsPerRequest');
    const cells = [workload, peer, against, ratio.toFixed(2), cpu.toFixed(2), aim(ratio, least), aim(ratio, stretch)];
    return [`| ${cells.join(' | ')} |`];
  });
  if (lines.length === 0) return [];
  const head =
    '| workload | server | against | x its requests/s | by CPU | goal | stretch |\n|---|---|---|--:|--:|---|---|';
  return ['\n## Goals\n', head, ...lines];
}

function aim(ratio: number, least: number | undefined): string {
  if (least === undefined) return '-';
  return `${String(least)}: ${ratio >= least ? 'reached' : '**not reached**'}`;
}
