import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findPython } from '@tasks/testing/python';
import { NODE } from './pinning.js';
import type { Dialect } from './workloads.js';

/** A server to measure. */
export interface Peer {
  readonly name: string;
  /** A bare handler with constant replies, or a service that validates its input. */
  readonly kind: 'bare' | 'service';
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Protocol and framing of the requests it is sent. */
  readonly dialect: Dialect;
  /** The line it prints when it listens; the first group is the port. */
  readonly readyPattern: RegExp;
  /** Whether it keeps tasks, so that `all` returns only what was added before. */
  readonly keepsTasks?: boolean;
  /** Names of the workloads it is measured under; undefined = all. */
  readonly workloads?: readonly string[];
  /** Whether `--quick` leaves it out. */
  readonly thorough?: boolean;
  /** Warm-up beyond that of the round, for a slow just-in-time compiler. */
  readonly extraWarmUpMs?: number;
}

/** Peers, and those that this machine can't run, with the reason. */
export interface PeerSelection {
  readonly peers: readonly Peer[];
  readonly missing: readonly string[];
}

/** A peer of another language: `command` is undefined when its toolchain is missing or its build fails. */
interface ForeignPeer {
  readonly name: string;
  readonly toolchain: string;
  readonly command: () => readonly [string, ...string[]] | undefined;
  readonly peer?: Partial<Peer>;
}

const READY = /^READY (\d+)$/;
const BUILDS = join(process.cwd(), '.cache', 'bench');
const SHORT = ['add 32x1', 'add 8x16', 'all of 100, 8x1'];

const FOREIGN_PEERS: readonly ForeignPeer[] = [
  { name: 'Go Apache Thrift', toolchain: 'go', command: buildGo },
  { name: 'Rust volo', toolchain: 'cargo', command: buildRust },
  {
    name: 'Java Apache Thrift, framed',
    toolchain: 'mvn and java',
    command: buildJava,
    peer: { dialect: 'framed', extraWarmUpMs: 4_000, thorough: true, workloads: [...SHORT, 'add 1x1'] },
  },
  {
    name: 'thriftpy2',
    toolchain: 'python3',
    command: findThriftpy2,
    peer: { workloads: [...SHORT, 'add 1x1'] },
  },
];

/** All peers that this machine can run. Builds those of other languages. */
export function selectPeers(): PeerSelection {
  const missing: string[] = [];
  const peers = [...nodePeers(), ...servicePeers()];
  for (const foreign of FOREIGN_PEERS) {
    const peer = buildPeer(foreign);
    if (peer === undefined) missing.push(`${foreign.name}: no ${foreign.toolchain}, or its build failed`);
    else peers.push(peer);
  }
  if (process.env['MONGODB_URI'] === undefined) missing.push('Tasks, MongoDB: no MongoDB');
  return { peers, missing };
}

/** A peer by its name; undefined when this machine can't run it. @throws Error when there is no such peer. */
export function findPeer(name: string): Peer | undefined {
  const foreign = FOREIGN_PEERS.find((candidate) => candidate.name === name);
  return foreign === undefined ? existingPeer(name) : buildPeer(foreign);
}

/** A peer that needs nothing but Node, by its name. @throws Error when there is no such peer. */
export function existingPeer(name: string): Peer {
  const peers = [...nodePeers(), ...servicePeers()];
  const peer = peers.find((candidate) => candidate.name === name);
  if (peer !== undefined) return peer;
  const names = peers.map((candidate) => `'${candidate.name}'`).join(', ');
  throw new Error(`no peer is named '${name}': choose one of ${names}`);
}

function nodePeers(): Peer[] {
  const node = (name: string, file: string, dialect: Dialect, more: Partial<Peer> = {}): Peer => ({
    ...{ name, kind: 'bare', command: [...NODE, join('bench', 'peers', file)], env: {}, dialect, readyPattern: READY },
    ...more,
  });
  const validating = { kind: 'service', env: { BENCH_VALIDATE: '1' }, thorough: true, workloads: SHORT } as const;
  const variant = { thorough: true, workloads: ['add 32x1'] };
  return [
    node('raw node echo', 'echo.ts', 'binary', { workloads: ['add 32x1', 'add 8x16', 'add 1x1'] }),
    node('raw node echo, synced', 'echo.ts', 'binary', {
      env: { BENCH_SYNCED: '1' },
      thorough: true,
      workloads: ['add 1x1'],
    }),
    node('transport + Nest handler', 'transport.ts', 'binary'),
    node('transport + Nest handler, framed', 'transport.ts', 'framed', variant),
    node('transport + Nest handler, compact', 'transport.ts', 'compact', variant),
    node('npm thrift', 'npm-thrift.ts', 'binary'),
    node('npm thrift, framed', 'npm-thrift.ts', 'framed', { ...variant, env: { BENCH_FRAMED: '1' } }),
    node('Nest TCP', 'nest-tcp.ts', 'nest-tcp'),
    node('Nest TCP + ValidationPipe', 'nest-tcp.ts', 'nest-tcp', validating),
    node('Nest gRPC', 'nest-grpc.ts', 'grpc', { workloads: [...SHORT, 'add 1x1'] }),
    node('Nest gRPC + ValidationPipe', 'nest-grpc.ts', 'grpc', validating),
  ];
}

/** The service itself, with these variables. */
export function servicePeer(name: string, env: Readonly<Record<string, string>>): Peer {
  return {
    name,
    kind: 'service',
    command: [process.execPath, join('dist', 'main.js')],
    env: {
      THRIFT_HOST: '127.0.0.1',
      THRIFT_PORT: '0',
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: '0',
      LOG_FORMAT: 'json',
      ...env,
    },
    dialect: 'binary',
    readyPattern: /Thrift.*?127\.0\.0\.1:(\d+)/,
    keepsTasks: true,
  };
}

function servicePeers(): Peer[] {
  const peers: Peer[] = [
    servicePeer('Tasks, memory store', { STORE: 'memory' }),
    { ...servicePeer('Tasks, embedded store', { STORE: 'embedded' }), thorough: true },
  ];
  const mongoUri = process.env['MONGODB_URI'];
  if (mongoUri !== undefined) {
    const overMongo = servicePeer('Tasks, MongoDB', { STORE: 'mongo', MONGODB_URI: mongoUri });
    peers.push({ ...overMongo, thorough: true, workloads: SHORT });
  }
  return peers;
}

function buildPeer({ name, command, peer }: ForeignPeer): Peer | undefined {
  const built = command();
  if (built === undefined) return undefined;
  return { name, kind: 'bare', command: built, env: {}, dialect: 'binary', readyPattern: READY, ...peer };
}

function buildGo(): [string] | undefined {
  const binary = join(BUILDS, 'go-thrift');
  return build('go-thrift', ['go', 'build', '-o', binary, '.']) ? [binary] : undefined;
}

function buildRust(): [string] | undefined {
  const target = join(BUILDS, 'rust-volo');
  const command = ['cargo', 'build', '--release', '--locked', '--target-dir', target] as const;
  return build('rust-volo', command) ? [join(target, 'release', 'tasks-bench')] : undefined;
}

function buildJava(): [string, ...string[]] | undefined {
  const target = join(BUILDS, 'java-thrift');
  const classPath = [join(target, 'classes'), join(target, 'lib', '*')].join(':');
  return build('java-thrift', ['mvn', '--quiet', '--batch-mode', '-Dstyle.color=never', 'compile'])
    ? ['java', '-XX:+UseSerialGC', '-cp', classPath, 'TasksBench']
    : undefined;
}

/** Whether a peer's build in its folder succeeds. The first build of the Rust peer takes minutes, so progress is shown. */
function build(folder: string, [program, ...args]: readonly [string, ...string[]]): boolean {
  process.stderr.write(`building bench/peers/${folder} …\n`);
  const { status } = spawnSync(program, args, {
    cwd: join('bench', 'peers', folder),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return status === 0;
}

function findThriftpy2(): [string, string] | undefined {
  const python = findPython();
  return python === undefined ? undefined : [python, join('bench', 'peers', 'thriftpy2_server.py')];
}
