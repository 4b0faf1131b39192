import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findPython } from '@tasks/testing/python';
import { NODE } from './pinning.js';
import type { Dialect } from './workloads.js';

/** A server to measure. */
export interface Peer {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** What the load generator sends it. */
  readonly dialect: Dialect;
  /** Where its port stands in what it prints. */
  readonly readyPattern: RegExp;
  /** Whether it keeps tasks, so that `all` finds only what was added before. */
  readonly keepsTasks?: boolean;
  /** The workloads that it can answer; undefined = all. */
  readonly methods?: readonly string[];
  /** Left out of `--quick`. */
  readonly thorough?: boolean;
  /** A variant of another peer: measured under the workloads of `--quick` only. */
  readonly variant?: boolean;
}

/** Peers, and those that this machine can't run, with the reason. */
export interface PeerSelection {
  readonly peers: readonly Peer[];
  readonly missing: readonly string[];
}

const READY = /^READY (\d+)$/;
const GO_BINARY = join('.cache', 'bench', 'go-thrift');

/** All peers that this machine can run. Builds the Go peer when there is a Go toolchain. */
export function selectPeers(): PeerSelection {
  const missing: string[] = [];
  const peers = [...nodePeers(), ...servicePeers()];
  if (buildGoPeer())
    peers.push({ name: 'Go Apache Thrift', command: [GO_BINARY], env: {}, dialect: 'binary', readyPattern: READY });
  else missing.push('Go Apache Thrift: no Go toolchain, or its build failed');
  const python = findPython();
  if (python !== undefined) {
    peers.push({
      name: 'thriftpy2',
      command: [python, join('bench', 'peers', 'thriftpy2_server.py')],
      env: {},
      dialect: 'binary',
      readyPattern: READY,
    });
  } else missing.push('thriftpy2: no Python');
  return { peers, missing };
}

/** A peer by its name. @throws Error when this machine can't run it. */
export function existingPeer(name: string): Peer {
  const peer = [...nodePeers(), ...servicePeers()].find((candidate) => candidate.name === name);
  if (peer === undefined) throw new Error(`no peer ${name}`);
  return peer;
}

function nodePeers(): Peer[] {
  const node = (name: string, file: string, dialect: Dialect, env: Record<string, string> = {}): Peer => ({
    name,
    command: [...NODE, join('bench', 'peers', file)],
    env,
    dialect,
    readyPattern: READY,
  });
  return [
    { ...node('raw node echo', 'echo.ts', 'binary'), methods: ['add', 'check'] },
    node('transport + Nest handler', 'transport.ts', 'binary'),
    { ...node('transport + Nest handler, framed', 'transport.ts', 'framed'), thorough: true, variant: true },
    { ...node('transport + Nest handler, compact', 'transport.ts', 'compact'), thorough: true, variant: true },
    node('npm thrift', 'npm-thrift.ts', 'binary'),
    { ...node('npm thrift, framed', 'npm-thrift.ts', 'framed', { BENCH_FRAMED: '1' }), variant: true },
    node('Nest TCP', 'nest-tcp.ts', 'nest-tcp'),
    {
      ...node('Nest TCP + ValidationPipe', 'nest-tcp.ts', 'nest-tcp', { BENCH_VALIDATE: '1' }),
      thorough: true,
      variant: true,
    },
    node('Nest gRPC', 'nest-grpc.ts', 'grpc'),
    {
      ...node('Nest gRPC + ValidationPipe', 'nest-grpc.ts', 'grpc', { BENCH_VALIDATE: '1' }),
      thorough: true,
      variant: true,
    },
  ];
}

/** The service itself, with these variables. */
export function servicePeer(name: string, env: Readonly<Record<string, string>>): Peer {
  return {
    name,
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
  return [
    servicePeer('Tasks, memory store', { STORE: 'memory' }),
    { ...servicePeer('Tasks, embedded store', { STORE: 'embedded' }), thorough: true },
    ...(process.env['MONGODB_URI'] === undefined
      ? []
      : [
          {
            ...servicePeer('Tasks, MongoDB', { STORE: 'mongo', MONGODB_URI: process.env['MONGODB_URI'] }),
            thorough: true,
            variant: true,
          },
        ]),
  ];
}

function buildGoPeer(): boolean {
  const { status } = spawnSync('go', ['build', '-o', join(process.cwd(), GO_BINARY), '.'], {
    cwd: join('bench', 'peers', 'go-thrift'),
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  return status === 0;
}
