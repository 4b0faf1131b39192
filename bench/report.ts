import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { renderGoals } from './goals.js';
import { CAN_PIN } from './pinning.js';
import type { Peer } from './peers.js';
import { figure, thousands, type Figures } from './rounds.js';

/** A run of `npm run bench -- run`. */
export interface Results {
  /** The options it was run with, as text. */
  readonly args: string;
  readonly date: string;
  readonly machine: string;
  readonly rows: readonly Figures[];
}

const KINDS: readonly { readonly kind: Peer['kind']; readonly title: string; readonly text: string }[] = [
  {
    kind: 'bare',
    title: 'Bare handlers',
    text: 'Each server answers from a handler with constant replies. What differs is the transport and the codec.',
  },
  {
    kind: 'service',
    title: 'Whole services',
    text: 'Tasks validates its input, runs the use case on a store, counts metrics and enforces its limits.',
  },
];

/** The text of bench/RESULTS.md. */
export function renderResults({ args, date, machine, rows }: Results): string {
  return [
    '# Results\n',
    `\`npm run bench -- run${args === '' ? '' : ` ${args}`}\`, ${date}\n`,
    machine,
    ...renderGoals(rows),
    ...KINDS.flatMap(({ kind, title, text }) => renderKind(kind, title, text, rows)),
    '',
  ].join('\n');
}

/** The machine, the versions and the method. */
export function machine(others: readonly string[] = []): string {
  const version = (name: string): string =>
    (JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as { version: string }).version;
  const packages = ['@nestjs/core', '@nestjs/microservices', 'thrift', '@grpc/grpc-js', ...others];
  return [
    `${cpus()[0]?.model ?? 'unknown processor'}, ${String(cpus().length)} cores, ${String(Math.round(totalmem() / 2 ** 30))} GiB;`,
    `${process.platform}, Node ${process.version}, ${packages.map((name) => `${name} ${version(name)}`).join(', ')},`,
    `${versionLine('go', 'version')}.`,
    `Server and load generator are separate processes${CAN_PIN ? ', each pinned to a core' : ', not pinned (no taskset, or one core)'};`,
    'each figure is the median of its rounds, peers interleaved. TCP_NODELAY is set at both ends of every connection. CPU is',
    'that of the server process with all its threads (/proc); "load" is the CPU of the load generator as a share of one core:',
    'from 0.9 on, the generator limits the requests/s, and the server could answer more. With one connection (1x1), loops of',
    "idle priority keep both cores awake: otherwise a virtual machine's wake-up would be measured.\n",
  ].join('\n');
}

function versionLine(program: string, option: string): string {
  try {
    return execFileSync(program, [option], { encoding: 'utf8' }).split('\n', 1)[0] ?? '';
  } catch {
    return `no ${program}`;
  }
}

function renderKind(kind: Peer['kind'], title: string, text: string, rows: readonly Figures[]): string[] {
  const own = rows.filter((row) => row.peer.kind === kind && row.measurements.length > 0);
  const workloads = [...new Set(own.map(({ workload }) => workload.name))];
  if (workloads.length === 0) return [];
  return [`\n## ${title}\n`, text, ...workloads.map((workload) => renderWorkload(workload, own))];
}

function renderWorkload(workload: string, own: readonly Figures[]): string {
  return [
    `\n### ${workload}\n`,
    '| server | requests/s | p50 µs | p99 µs | CPU µs/request | RSS MiB | load |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...own.filter((row) => row.workload.name === workload).map(renderRow),
  ].join('\n');
}

function renderRow(row: Figures): string {
  const cells = [
    row.peer.name,
    thousands(figure(row, 'requestsPerSecond')),
    thousands(figure(row, 'p50Us')),
    thousands(figure(row, 'p99Us')),
    figure(row, 'cpuUsPerRequest').toFixed(1),
    Math.round(figure(row, 'rssMib')),
    figure(row, 'generatorCpuShare').toFixed(2),
  ];
  return `| ${cells.join(' | ')} |`;
}
