import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { renderGoals } from './goals.js';
import { CAN_PIN } from './pinning.js';
import { figure, type Row } from './row.js';
import type { Workload } from './workloads.js';

/** The whole of bench/RESULTS.md. */
export function renderResults(rows: readonly Row[], missing: readonly string[], args: string, note: string): string {
  const workloads = [...new Set(rows.map(({ workload }) => workload))];
  return [
    '# Results\n',
    `\`npm run bench${args === '' ? '' : ` -- ${args}`}\`, ${new Date().toISOString().slice(0, 10)}\n`,
    machine(),
    ...(note === '' ? [] : [`${note}\n`]),
    ...missing.map((reason) => `Left out: ${reason}.`),
    ...renderGoals(rows),
    ...workloads.map((workload) => renderWorkload(workload, rows)),
    '',
  ].join('\n');
}

/** What was measured on what. */
export function machine(others: readonly string[] = []): string {
  const version = (name: string): string =>
    (JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as { version: string }).version;
  const packages = ['@nestjs/core', '@nestjs/microservices', 'thrift', '@grpc/grpc-js', ...others];
  return [
    `${cpus()[0]?.model ?? 'unknown processor'}, ${String(cpus().length)} cores, ${String(Math.round(totalmem() / 2 ** 30))} GiB;`,
    `${process.platform}, Node ${process.version}, ${packages.map((name) => `${name} ${version(name)}`).join(', ')}, ${goVersion()}.`,
    `Server and load generator are processes of their own${CAN_PIN ? ', each pinned to a core' : ', not pinned (no taskset or one core)'};`,
    'each figure is the median of its rounds, peers interleaved. All have one processor (Go by GOMAXPROCS=1). CPU is what the server process itself used, all its threads',
    '(/proc); "load" is the CPU of the load generator as a share of one core.\n',
  ].join('\n');
}

function goVersion(): string {
  try {
    return execFileSync('go', ['version'], { encoding: 'utf8' }).trim();
  } catch {
    return 'no Go';
  }
}

function renderWorkload(workload: Workload, rows: readonly Row[]): string {
  const own = rows.filter((row) => row.workload === workload && row.measurements.length > 0);
  const echo = own.find(({ peer }) => peer.name === 'raw node echo');
  const npmThrift = own.find(({ peer }) => peer.name === 'npm thrift');
  return [
    `\n## ${workload.name}\n`,
    '| server | requests/s | p50 µs | p99 µs | CPU µs/request | RSS MiB | x echo | x npm thrift | load |',
    '|---|--:|--:|--:|--:|--:|--:|--:|--:|',
    ...own.map((row) => renderRow(row, echo, npmThrift)),
  ].join('\n');
}

function renderRow(row: Row, echo: Row | undefined, npmThrift: Row | undefined): string {
  const perSecond = figure(row, 'requestsPerSecond');
  const ratio = (other: Row | undefined): string =>
    other === undefined ? '-' : (perSecond / figure(other, 'requestsPerSecond')).toFixed(2);
  const cells = [
    row.peer.name,
    Math.round(perSecond).toLocaleString('en'),
    Math.round(figure(row, 'p50Us')).toLocaleString('en'),
    Math.round(figure(row, 'p99Us')).toLocaleString('en'),
    figure(row, 'cpuUsPerRequest').toFixed(1),
    Math.round(figure(row, 'rssMib')),
    ratio(echo),
    ratio(npmThrift),
    figure(row, 'generatorCpuShare').toFixed(2),
  ];
  return `| ${cells.join(' | ')} |`;
}
