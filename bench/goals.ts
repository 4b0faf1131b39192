import type { Measurement } from './measure.js';
import { figure, findFigures, type Figures } from './rounds.js';

/** A figure of a server under a workload, absolute or as a multiple of another server's. */
interface Goal {
  readonly workload: string;
  readonly peer: string;
  readonly figure: 'requestsPerSecond' | 'cpuUsPerRequest' | 'p50Us' | 'p99Us';
  /** The server whose figure is 1; undefined = the figure itself counts. */
  readonly against?: string;
  readonly goal: number;
}

const SERVICE = 'Tasks, memory store';
const EMBEDDED = 'Tasks, embedded store';
const TRANSPORT = 'transport + Nest handler';
const ECHO = 'raw node echo';
const NPM = 'npm thrift';
const GO = 'Go Apache Thrift';

const requests = 'requestsPerSecond';
const cpu = 'cpuUsPerRequest';

/** Requests per second are to be at least the goal, all other figures at most. */
const GOALS: readonly Goal[] = [
  { workload: 'add 32x1', peer: TRANSPORT, figure: requests, against: ECHO, goal: 0.7 },
  { workload: 'add 8x16', peer: TRANSPORT, figure: requests, against: NPM, goal: 3 },
  { workload: 'all of 100, 8x1', peer: TRANSPORT, figure: requests, against: NPM, goal: 8 },
  { workload: 'add 32x1', peer: SERVICE, figure: requests, against: ECHO, goal: 0.6 },
  { workload: 'add 32x1', peer: SERVICE, figure: requests, against: NPM, goal: 2 },
  { workload: 'add 32x1', peer: SERVICE, figure: requests, against: 'Nest TCP', goal: 1.4 },
  { workload: 'add 32x1', peer: SERVICE, figure: requests, against: 'Nest gRPC', goal: 8 },
  { workload: 'add 32x1', peer: SERVICE, figure: 'p99Us', goal: 1_200 },
  { workload: 'add 8x16', peer: SERVICE, figure: requests, against: NPM, goal: 2 },
  { workload: 'add 8x16', peer: SERVICE, figure: requests, against: GO, goal: 1 },
  { workload: 'all of 100, 8x1', peer: SERVICE, figure: requests, against: NPM, goal: 8 },
  { workload: 'all of 100, 8x1', peer: EMBEDDED, figure: cpu, against: SERVICE, goal: 3.5 },
  { workload: 'all of 10,000, 2x1', peer: SERVICE, figure: requests, against: GO, goal: 0.5 },
  { workload: 'all of 10,000, 2x1', peer: EMBEDDED, figure: requests, goal: 60 },
  { workload: 'add 64x1', peer: EMBEDDED, figure: requests, against: SERVICE, goal: 0.5 },
  { workload: 'add 1x1', peer: SERVICE, figure: 'p50Us', against: ECHO, goal: 1 },
  { workload: 'add 1x1', peer: EMBEDDED, figure: 'p50Us', against: 'raw node echo, synced', goal: 1.5 },
  { workload: 'add 1x1', peer: EMBEDDED, figure: cpu, goal: 300 },
];

const FIGURE_NAMES: Readonly<Record<Goal['figure'], string>> = {
  requestsPerSecond: 'requests/s',
  cpuUsPerRequest: 'CPU µs/request',
  p50Us: 'p50 µs',
  p99Us: 'p99 µs',
};

/** The table of the goals whose figures were measured. */
export function renderGoals(rows: readonly Figures[]): string[] {
  const lines = GOALS.flatMap((goal) => {
    const value = valueOf(goal, rows);
    if (Number.isNaN(value)) return [];
    const name = FIGURE_NAMES[goal.figure];
    const measured = goal.against === undefined ? name : `${name}, multiple of ${goal.against}`;
    const text = value < 10 ? value.toFixed(2) : value.toFixed(0);
    const cells = [goal.workload, goal.peer, measured, text, aim(goal, value)];
    return [`| ${cells.join(' | ')} |`];
  });
  if (lines.length === 0) return [];
  const head = '| workload | server | figure | measured | goal |\n|---|---|---|--:|---|';
  const rule = 'Requests/s are to be at least the goal, all other figures at most.\n';
  return ['\n## Goals\n', rule, head, ...lines];
}

function valueOf(goal: Goal, rows: readonly Figures[]): number {
  return figure(findFigures(rows, goal.workload, goal.peer), goal.figure) / unitOf(goal, rows);
}

function unitOf({ workload, against, figure: name }: Goal, rows: readonly Figures[]): number {
  return against === undefined ? 1 : figure(findFigures(rows, workload, against), name satisfies keyof Measurement);
}

function aim({ figure, goal }: Goal, value: number): string {
  const isReached = figure === requests ? value >= goal : value <= goal;
  return `${goal.toLocaleString('en')}: ${isReached ? 'reached' : '**not reached**'}`;
}
