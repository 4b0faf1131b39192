import { existingPeer } from '../peers.js';
import { measure } from '../measure.js';
import { workloadNamed } from '../workloads.js';

const LENGTHS = [1, 10, 100, 1_000, 10_000];
const PEERS = ['transport + Nest handler', 'Tasks, memory store', 'npm thrift'];

/** CPU of the server for `all`, by the length of the list. */
export async function measureListLength(): Promise<string[]> {
  const workload = workloadNamed('all of 100, 8x1');
  const lines = ['| server | tasks | CPU µs a call | CPU µs a task |\n|---|--:|--:|--:|'];
  for (const name of PEERS) {
    for (const listSize of LENGTHS) {
      const round = { warmUpMs: 2_000, measureMs: 3_000 };
      const { cpuUsPerRequest } = await measure(existingPeer(name), { ...workload, listSize }, round);
      const each = (cpuUsPerRequest / listSize).toFixed(2);
      lines.push(`| ${name} | ${listSize.toLocaleString('en')} | ${cpuUsPerRequest.toFixed(0)} | ${each} |`);
      process.stderr.write(`${lines.at(-1) ?? ''}\n`);
    }
  }
  return lines;
}
