/** `npm run bench:profile`: the parts of the service's CPU time under load, by V8's sampling profiler. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure } from './measure.js';
import { existingPeer, type Peer } from './peers.js';
import { workloadNamed } from './workloads.js';

const HELP = `npm run bench:profile [-- --peer NAME] [--workload NAME ...] [--seconds N]

--peer NAME      a server written in JavaScript (default "Tasks, memory store")
--workload NAME  a workload of npm run bench; may be repeated (default "add 32x1" and "all of 100, 8x1")
--seconds N      duration of the load (default 8)

Prints self time by part and by function, as a share of the busy time, and where the profile is.
`;

const { values } = parseArgs({
  options: {
    peer: { type: 'string', default: 'Tasks, memory store' },
    workload: { type: 'string', multiple: true, default: ['add 32x1', 'all of 100, 8x1'] },
    seconds: { type: 'string', default: '8' },
    help: { type: 'boolean', default: false },
  },
});

const TOP_FUNCTIONS = 15;
/** The start and the end of the process are left out. */
const [FROM_SHARE, TO_SHARE] = [0.4, 0.95];

/** The parts of a profile that are read: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly startTime: number;
  readonly endTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

/** Parts by the first pattern that matches `function url`. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^\(garbage collector\)/, 'collecting garbage'],
  [/^(writev|write\w+|shutdown) $/, 'system calls that write'],
  [/^\(program\)/, 'waiting for sockets and reading from them, and other native code'],
  [/ node:internal\/(streams|stream_base|net)| node:(net|stream)/, "Node's streams and sockets"],
  [/ node:/, 'other parts of Node'],
  [/node_modules\/(@nestjs|rxjs)\//, "Nest's handler chain"],
  [/nestjs-thrift\/dist\/(codec|protocol|framing)\//, "the transport's codec and framing"],
  [/nestjs-thrift\/dist\//, 'the rest of the transport'],
  [/\/dist\/infrastructure\/persistence\//, 'the store'],
  [/packages\/service\/dist\/|\/dist\/infrastructure\//, 'metrics'],
  [/\/dist\/(application|domain|interface)\//, 'validation, use case and mapper'],
  [/^\S+ $/, 'native functions: promises, clocks'],
];

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  for (const name of values.workload) {
    const file = await record(existingPeer(values.peer), name);
    const frames = selfTimes(JSON.parse(readFileSync(file, 'utf8')) as Profile);
    console.log(`\n## ${name}: ${values.peer}\n\n${file}\n`);
    printShares('part', sumBy(frames, partOf), Infinity);
    console.log('');
    printShares('function', sumBy(frames, describe), TOP_FUNCTIONS);
  }
}

/** Runs the peer with the profiler on; returns the path of the profile. */
async function record(peer: Peer, workload: string): Promise<string> {
  const parent = join('.cache', 'bench');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'profile-'));
  const [node, ...args] = peer.command;
  const profiled: Peer = { ...peer, command: [node, '--cpu-prof', `--cpu-prof-dir=${folder}`, ...args] };
  const round = {
    warmUpMs: 3_000,
    warmUpRequests: 20_000,
    measureMs: Number(values.seconds) * 1_000,
    stopSignal: 'SIGTERM',
  } as const;
  await measure(profiled, workloadNamed(workload), round);
  const [file] = readdirSync(folder);
  if (file === undefined) throw new Error(`${peer.name} wrote no profile into ${folder}: is it written in JavaScript?`);
  return join(folder, file);
}

/** Self time of each frame in µs, without idle time. */
function selfTimes({ nodes, samples, timeDeltas, startTime, endTime }: Profile): Map<CallFrame, number> {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<CallFrame, number>();
  const [from, to] = [FROM_SHARE, TO_SHARE].map((share) => startTime + (endTime - startTime) * share) as [
    number,
    number,
  ];
  let at = startTime;
  for (const [i, id] of samples.entries()) {
    const delta = timeDeltas[i] ?? 0;
    at += delta;
    const frame = frames.get(id);
    if (frame === undefined || frame.functionName === '(idle)' || at < from || at > to) continue;
    times.set(frame, (times.get(frame) ?? 0) + delta);
  }
  return times;
}

function sumBy(times: ReadonlyMap<CallFrame, number>, nameOf: (frame: CallFrame) => string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [frame, us] of times) sums.set(nameOf(frame), (sums.get(nameOf(frame)) ?? 0) + us);
  return sums;
}

function partOf({ functionName, url }: CallFrame): string {
  return PARTS.find(([pattern]) => pattern.test(`${functionName} ${url}`))?.[1] ?? 'everything else';
}

function describe({ functionName, url, lineNumber }: CallFrame): string {
  const place =
    url === '' ? '' : `, ${url.replace(/^.*?\/(?=(packages|dist|node_modules)\/)/, '')}:${String(lineNumber + 1)}`;
  return `${functionName === '' ? '(anonymous)' : functionName}${place}`;
}

function printShares(name: string, sums: ReadonlyMap<string, number>, most: number): void {
  const total = [...sums.values()].reduce((sum, us) => sum + us, 0);
  console.log(`| ${name} | share of busy time |\n|---|--:|`);
  const sorted = [...sums].sort(([, one], [, other]) => other - one);
  for (const [what, us] of sorted.slice(0, most)) console.log(`| ${what} | ${((100 * us) / total).toFixed(1)} % |`);
}

await main();
