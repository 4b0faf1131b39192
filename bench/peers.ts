import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { NODE } from './pinning.js';
import type { Dialect } from './workloads.js';

export interface Peer {
  readonly name: string;
  /** A bare handler with constant replies, or the service itself. */
  readonly kind: 'bare' | 'service';
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly dialect: Dialect;
  /** The line it prints when it listens; the first group is the port. */
  readonly readyPattern: RegExp;
  /** Whether it keeps tasks, so that `all` returns only what was added before. */
  readonly keepsTasks?: boolean;
  /** Names of the workloads it is measured under; undefined = all. */
  readonly workloads?: readonly string[];
}

const READY = /^READY (\d+)$/;
const GO = 'Go Apache Thrift';

/** All peers that this machine can run. Builds that in Go. */
export function selectPeers(): readonly Peer[] {
  const go = goPeer();
  return [...nodePeers(), ...(go === undefined ? [] : [go])];
}

/** A peer by its name; undefined when this machine can't run it. @throws Error when there is no such peer. */
export function findPeer(name: string): Peer | undefined {
  return name === GO ? goPeer() : existingPeer(name);
}

/** A peer that needs nothing but Node, by its name. @throws Error when there is no such peer. */
export function existingPeer(name: string): Peer {
  const peers = nodePeers();
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
  const short = ['add 32x1', 'add 8x16', 'all of 100, 8x1', 'add 1x1'];
  return [
    node('raw node echo', 'echo.ts', 'binary', { workloads: ['add 32x1', 'add 8x16', 'add 1x1'] }),
    node('raw node echo, synced', 'echo.ts', 'binary', { env: { BENCH_SYNCED: '1' }, workloads: ['add 1x1'] }),
    node('transport + Nest handler', 'transport.ts', 'binary'),
    node('npm thrift', 'npm-thrift.ts', 'binary'),
    node('Nest TCP', 'nest-tcp.ts', 'nest-tcp'),
    node('Nest gRPC', 'nest-grpc.ts', 'grpc', { workloads: short }),
    servicePeer('Tasks, memory store', { STORE: 'memory' }),
    servicePeer('Tasks, embedded store', { STORE: 'embedded' }),
  ];
}

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

function goPeer(): Peer | undefined {
  const binary = join(process.cwd(), '.cache', 'bench', 'go-thrift');
  const { status } = spawnSync('go', ['build', '-o', binary, '.'], {
    cwd: join('bench', 'peers', 'go-thrift'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) return undefined;
  return { name: GO, kind: 'bare', command: [binary], env: {}, dialect: 'binary', readyPattern: READY };
}
