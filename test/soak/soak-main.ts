import { parseArgs } from 'node:util';
import { wholeNumber } from './arguments.js';
import { earlyEnd } from './early-end.js';
import { firstAndLast, slopePerHour, total } from './process-watch.js';
import { allHold, atMost, exactly, format, renderCounts, renderFigures, say, type Figure } from './report.js';
import { startSoakStore, type SoakStore } from './soak-store.js';
import { soak, type SoakOptions, type SoakResult } from './soak.js';

/** Share of the run excluded from the slope: heap and compiled code grow to their size. */
const WARM_UP_SHARE = 0.25;
const RISE = { onceMib: 16, perHourMib: 16 };
const MORE_WHEN_IDLE = 2;
/** A lingering close takes 2 s at most, and health is shared for one. */
const REST_MS = 5_000;
const P99 = { factor: 2, plusMs: 10 };

const HELP = `npm run scenario -- soak [--minutes N] [--store embedded|memory|mongo] [--rate N] [--seed N]

The service as a process, called by good peers in every dialect, who know what each reply must be, beside peers who send
garbage, half messages and sizes that are too large, reset connections, or never read. With --store mongo the good ones
are fewer, and every 20 s the way to MongoDB is cut for 1.5 s, or its process is killed and started again, in turn.

--minutes N  how long (default 30)
--store      what it stores tasks in (default embedded)
--rate N     calls a second of the good peers (default 1000; 20 with --store mongo)
--seed N     what the peers do (default: another each time; it is printed)

Ends with 1 when a bound is broken:
  no reply is wrong, no call fails (but with 503 while MongoDB is away, and 5 s more), the service closes on every peer
  that it must close on, and ends with 0;
  its anonymous memory rises by at most ${String(RISE.onceMib)} MiB + ${String(RISE.perHourMib)} MiB an hour, by least squares without the first quarter;
  idle, it has at most ${String(MORE_WHEN_IDLE)} descriptors and ${String(MORE_WHEN_IDLE)} active resources of Node more than before, and no
  more connections;
  p99 of the last quarter is at most ${String(P99.factor)} x that of the first + ${String(P99.plusMs)} ms (but for calls while MongoDB is away).
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    store: { type: 'string', default: 'embedded' },
    rate: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) process.stdout.write(HELP);
else await run();

async function run(): Promise<void> {
  const options = readOptions();
  say(`Seed ${String(options.seed)}, store ${values.store}, ${String(options.callsPerSecond)} calls/s`);
  const store = await startSoakStore(values.store);
  try {
    const figures = figuresOf(await soak(store, options), store);
    process.stdout.write(renderFigures(figures));
    if (!allHold(figures)) process.exitCode = 1;
  } finally {
    await store.stop();
  }
}

function readOptions(): SoakOptions {
  const durationMs = wholeNumber('--minutes', values.minutes, { min: 1, max: 10_080 }) * 60_000;
  return {
    durationMs,
    callsPerSecond: wholeNumber('--rate', values.rate ?? (values.store === 'mongo' ? '20' : '1000'), {
      min: 1,
      max: 50_000,
    }),
    seed: wholeNumber('--seed', values.seed, { min: 0, max: 4_294_967_295 }),
    restMs: REST_MS,
    sampleIntervalMs: 1_000,
    progressIntervalMs: Math.max(10_000, durationMs / 60),
    signal: earlyEnd(),
    onProgress: ({ meter, watch }) => {
      const { anonymousMib, residentMib } = watch.sample();
      say(
        `${format(meter.calls)} calls, errors: ${renderCounts(meter.errors)}; ` +
          `${format(Math.round(residentMib))} MiB resident, ${format(Math.round(anonymousMib))} MiB of them anonymous; ` +
          `descriptors: ${renderCounts(watch.descriptors())}`,
      );
    },
  };
}

function figuresOf(result: SoakResult, { cuts, restarts }: SoakStore): Figure[] {
  const { meter, misdeeds, leftOpen } = result;
  return [
    { name: 'calls', value: `${format(meter.calls)} in ${format(Math.round(result.seconds))} s` },
    { name: 'by method', value: renderCounts(meter.byMethod) },
    exactly('calls that failed or had a wrong reply', total(meter.errors), 0),
    { name: 'errors', value: renderCounts(meter.errors) },
    { name: 'store cut off, and killed and started again', value: `${format(cuts)}, ${format(restarts)}` },
    { name: 'calls rejected with 503 for it', value: meter.unavailable },
    { name: 'calls that were due while every user waited', value: result.behind },
    { name: 'misbehaving peers', value: `${format(total(misdeeds))}: ${renderCounts(misdeeds)}` },
    exactly('of them left open that had to be closed', total(leftOpen), 0),
    { name: 'left open, by what they did', value: renderCounts(leftOpen) },
    ...memoryFigures(result),
    ...restFigures(result),
    ...latencyFigures(result),
    exactly('exit code after SIGTERM', result.exitCode ?? -1, 0),
  ];
}

function memoryFigures({ watch, seconds }: SoakResult): Figure[] {
  const { samples } = watch;
  const warm = samples.slice(Math.floor(samples.length * WARM_UP_SHARE));
  const slope = slopePerHour(warm, ({ anonymousMib }) => anonymousMib);
  const hours = (seconds * (1 - WARM_UP_SHARE)) / 3_600;
  return [
    { name: 'resident memory, first and last', value: firstAndLast(samples, ({ residentMib }) => residentMib) },
    { name: 'anonymous memory after the warm-up, first and last', value: firstAndLast(warm, (at) => at.anonymousMib) },
    { name: 'resident memory, slope', value: `${format(slopePerHour(warm, (at) => at.residentMib))} MiB/h` },
    { name: 'anonymous memory, slope', value: `${format(slope)} MiB/h` },
    atMost('anonymous memory, rise by that slope', slope * hours, RISE.onceMib + RISE.perHourMib * hours, ' MiB'),
  ];
}

function restFigures({ before, after }: SoakResult): Figure[] {
  const descriptors = total(before.descriptors) + MORE_WHEN_IDLE;
  return [
    { name: 'idle descriptors, first', value: renderCounts(before.descriptors) },
    { name: 'idle descriptors, last', value: renderCounts(after.descriptors) },
    atMost('idle descriptors, last', total(after.descriptors), descriptors),
    atMost('idle active resources of Node, last', after.activeResources, before.activeResources + MORE_WHEN_IDLE),
    atMost('idle connections, last', after.connections, before.connections),
  ];
}

function latencyFigures({ meter }: SoakResult): Figure[] {
  const p99 = meter.quarters.map((quarter) => quarter.percentileMs(0.99));
  const [first = 0] = p99;
  const greatest = Math.max(...meter.quarters.map(({ maxMs }) => maxMs));
  return [
    { name: 'p50 by quarter', value: meter.quarters.map((at) => `${format(at.percentileMs(0.5))} ms`).join(', ') },
    { name: 'p99 by quarter', value: p99.map((ms) => `${format(ms)} ms`).join(', ') },
    atMost('p99 of the last quarter', p99.at(-1) ?? 0, first * P99.factor + P99.plusMs, ' ms'),
    { name: 'greatest latency', value: `${format(greatest)} ms` },
  ];
}
