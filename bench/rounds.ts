import { median } from './median.js';
import { measure, type Measurement, type RoundOptions } from './measure.js';
import type { Peer } from './peers.js';
import type { Workload } from './workloads.js';

/** The rounds of one server under one workload, as they are reported. */
export interface Figures {
  readonly peer: Pick<Peer, 'name' | 'kind'>;
  readonly workload: Pick<Workload, 'name'>;
  readonly measurements: readonly Measurement[];
}

/** Figures to measure. */
export interface Row extends Figures {
  readonly peer: Peer;
  readonly workload: Workload;
  readonly measurements: Measurement[];
}

export function row(peer: Peer, workload: Workload): Row {
  return { peer, workload, measurements: [] };
}

/**
 * Measures rows, round by round, and reports progress. Rounds are the outermost loop, so that a machine whose speed drifts
 * treats all peers alike. A round that fails is reported and left out.
 */
export async function measureRounds(rows: readonly Row[], rounds: number, options: RoundOptions): Promise<void> {
  const total = rows.length * rounds;
  const startedAtMs = performance.now();
  let done = 0;
  for (let round = 0; round < rounds; round++) {
    for (const { peer, workload, measurements } of rows) {
      const figures = await measure(peer, workload, options).then(
        (measurement) => {
          measurements.push(measurement);
          return `${thousands(measurement.requestsPerSecond)}/s, ${measurement.cpuUsPerRequest.toFixed(1)} µs of CPU`;
        },
        (error: unknown) => `failed: ${String(error)}`,
      );
      done++;
      const minutesLeft = ((performance.now() - startedAtMs) / done / 60_000) * (total - done);
      const position = `${String(done)}/${String(total)}, ${minutesLeft.toFixed(0)} min left`;
      process.stderr.write(`[${position}] ${workload.name}: ${peer.name} ${figures}\n`);
    }
  }
}

/** The median of one figure over the rounds of a row; NaN without rounds. */
export function figure(figures: Pick<Figures, 'measurements'> | undefined, name: keyof Measurement): number {
  return median((figures?.measurements ?? []).map((measurement) => measurement[name]));
}

/** The row of a server under a workload, if it was measured. */
export function findFigures(rows: readonly Figures[], workload: string, peer: string): Figures | undefined {
  return rows.find(
    (found) => found.workload.name === workload && found.peer.name === peer && found.measurements.length > 0,
  );
}

export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en');
}
