import type { Measurement } from './measure.js';
import type { Peer } from './peers.js';
import { figure, measureRounds, row, type Row } from './rounds.js';
import { workloadNamed } from './workloads.js';

const CAPACITY_WORKLOAD = 'add 32x1';
const SHARES = [0.25, 0.5, 0.75];

/** Servers whose latency at a steady rate is measured. */
export const STEADY_PEERS: readonly string[] = ['Tasks, memory store', 'Go Apache Thrift', 'npm thrift'];

/** Latency of a server at a share of its own capacity. */
export interface SteadyLoad {
  readonly peer: string;
  /** Requests per second that it answers when each of 32 connections always has one in flight. */
  readonly capacity: number;
  readonly share: number;
  readonly measurements: readonly Measurement[];
}

/** Measures each server's capacity, then its latency at 25, 50 and 75 % of it. */
export async function measureSteadyLoads(
  peers: readonly Peer[],
  rounds: number,
  seconds: number,
): Promise<SteadyLoad[]> {
  const workload = workloadNamed(CAPACITY_WORKLOAD);
  const options = { warmUpMs: 1_500, measureMs: seconds * 1_000 };
  const capacities = peers.map((peer) => row(peer, { ...workload, name: 'capacity' }));
  await measureRounds(capacities, rounds, { ...options, measureMs: 2_000 });
  const loads = capacities.flatMap((measured) => {
    const { peer } = measured;
    const capacity = figure(measured, 'requestsPerSecond');
    if (Number.isNaN(capacity)) return [];
    return SHARES.map((share) => {
      const steady = {
        ...workload,
        name: `${(share * 100).toFixed(0)} % of capacity`,
        ratePerSecond: capacity * share,
      };
      return { share, capacity, row: row(peer, steady) };
    });
  });
  await measureRounds(
    loads.map((load): Row => load.row),
    rounds,
    options,
  );
  return loads.map(({ share, capacity, row: { peer, measurements } }) => {
    return { peer: peer.name, capacity, share, measurements };
  });
}
