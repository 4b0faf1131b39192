import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { LiveMetrics } from './live-metrics.js';
import type { MetricsSource } from './metrics-registry.js';

/** Which version runs, and how much memory it may use, under systemd and in a container alike. */
export class ProcessMetrics implements MetricsSource {
  readonly #version: string;

  /** @param version Of the service. */
  constructor(version: string) {
    this.#version = version;
  }

  registerIn(metrics: LiveMetrics): void {
    metrics.info('service_build_info', 'The version of the service; always 1', { version: this.#version });
    const help = 'Most memory that the process may use';
    // That of the control group is for all processes of a service together.
    metrics.gauge('service_memory_limit_bytes', help, () => memoryLimitBytes(), 'min');
    metrics.gauge(
      'service_mapped_file_bytes',
      'Part of the resident memory that holds mapped files, which the system can reclaim',
      () => mappedFileBytes(),
    );
  }
}

/** The limit of the process' control group, or the memory of the machine where that is less or there is no limit. */
export function memoryLimitBytes(constrained = process.constrainedMemory(), machine = totalmem()): number {
  // Node reports no limit as undefined, 0, or a number far above any machine's memory.
  return constrained ? Math.min(constrained, machine) : machine;
}

/** The program and the tables of an embedded store. 0 where the system does not report it. */
export function mappedFileBytes(status = '/proc/self/status'): number {
  try {
    const [, kilobytes] = /^RssFile:\s+(\d+) kB$/m.exec(readFileSync(status, 'latin1')) ?? [];
    return Number(kilobytes ?? 0) * 1_024;
  } catch {
    return 0;
  }
}
