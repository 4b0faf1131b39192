import type { Measurement } from './measure.js';
import { median } from './median.js';
import type { Peer } from './peers.js';
import type { Workload } from './workloads.js';

/** All rounds of one peer under one workload. */
export interface Row {
  readonly peer: Peer;
  readonly workload: Workload;
  readonly measurements: Measurement[];
}

/** The median of one figure over a row's rounds. */
export function figure(row: Row | undefined, name: keyof Measurement): number {
  return median((row?.measurements ?? []).map((measurement) => measurement[name]));
}
