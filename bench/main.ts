/** `npm run bench -- NAME`: runs one of the benchmarks, with the arguments after its name. */

interface Bench {
  readonly file: string;
  readonly measures: string;
}

const BENCHES: Readonly<Record<string, Bench>> = {
  run: { file: './run.ts', measures: 'the transport and the service beside other servers; writes bench/RESULTS.md' },
  check: { file: './check.ts', measures: 'whether ratios of CPU a call keep the bounds of bench/bounds.json' },
  overload: { file: './overload.ts', measures: 'latency and rejections when more calls arrive than can be answered' },
  gateway: {
    file: './gateway.ts',
    measures: 'the gateway beside bare Fastify and Nest + gRPC; writes bench/GATEWAY.md',
  },
  tracing: { file: './tracing.ts', measures: 'what traces add to the CPU of a call' },
  store: { file: './store.ts', measures: 'the embedded store beside the memory store, and an earlier version' },
  codec: {
    file: '../packages/nestjs-thrift/bench/codec.ts',
    measures: 'encoding and decoding 100 tasks, in one process',
  },
  web: { file: '../web/bench/run.ts', measures: 'load and interaction times of the page, in Chromium' },
};

const [name = ''] = process.argv.splice(2, 1);
const bench = BENCHES[name];
if (bench === undefined) {
  const lines = Object.entries(BENCHES).map(([name, { measures }]) => `  ${name.padEnd(9)} ${measures}\n`);
  process.stderr.write(
    `Usage: npm run bench -- NAME [OPTIONS]\n\n${lines.join('')}\nMost have --help. Nothing else should run meanwhile.\n`,
  );
  process.exitCode = 2;
} else {
  await import(bench.file);
}
