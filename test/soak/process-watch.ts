import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { format } from './report.js';

/** Resources of a process at one time. */
interface ProcessSample {
  readonly atMs: number;
  /** Private memory: heap, stacks, buffers. Excludes the pages of mapped files, such as program code, which vary. */
  readonly anonymousMib: number;
  readonly residentMib: number;
}

/** Samples a process from outside at intervals. Linux only: it reads /proc. */
export class ProcessWatch {
  readonly samples: ProcessSample[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly pid: number,
    intervalMs: number,
  ) {
    this.sample();
    this.#timer = setInterval(() => {
      this.sample();
    }, intervalMs);
  }

  sample(): ProcessSample {
    const mib = memoryMib(this.pid);
    const sample = { atMs: performance.now(), anonymousMib: mib('RssAnon'), residentMib: mib('VmRSS') };
    this.samples.push(sample);
    return sample;
  }

  /** The number of open file descriptors, by kind. */
  descriptors(): ReadonlyMap<string, number> {
    const folder = `/proc/${String(this.pid)}/fd`;
    const counts = new Map<string, number>();
    for (const entry of readdirSync(folder)) {
      const kind = kindOf(`${folder}/${entry}`);
      if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    return counts;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** The most resident memory of a process since a moment. Linux only. */
export class MemoryPeak {
  readonly #pid: number;
  readonly #beforeMib: number;

  /** Begins anew at the memory that is resident now. */
  constructor(pid: number) {
    this.#pid = pid;
    // 5 resets VmHWM (proc_pid_clear_refs(5)).
    writeFileSync(`/proc/${String(pid)}/clear_refs`, '5');
    this.#beforeMib = memoryMib(pid)('VmRSS');
  }

  /** How much more than at the beginning it was. */
  get addedMib(): number {
    return memoryMib(this.#pid)('VmHWM') - this.#beforeMib;
  }
}

/** Reads fields of a process's memory. */
function memoryMib(pid: number): (field: 'RssAnon' | 'VmRSS' | 'VmHWM') => number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'latin1');
  return (field) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1_024;
}

function kindOf(link: string): string | undefined {
  try {
    const [kind = ''] = readlinkSync(link).split(':');
    return kind.startsWith('/') ? 'file' : kind;
  } catch {
    // Closed since the folder was read.
    return undefined;
  }
}

export function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** The slope of a value, by least squares. @returns per hour; 0 for less than two samples. */
export function slopePerHour(samples: readonly ProcessSample[], value: (sample: ProcessSample) => number): number {
  const mean = (of: (sample: ProcessSample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const meanMs = mean(({ atMs }) => atMs);
  const meanValue = mean(value);
  const covariance = mean((sample) => (sample.atMs - meanMs) * (value(sample) - meanValue));
  const variance = mean(({ atMs }) => (atMs - meanMs) ** 2);
  return variance > 0 ? (covariance / variance) * 3_600_000 : 0;
}

/** First and last sample, in words. */
export function firstAndLast(samples: readonly ProcessSample[], value: (sample: ProcessSample) => number): string {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return 'not sampled';
  return `${format(Math.round(value(first)))} MiB, ${format(Math.round(value(last)))} MiB`;
}
