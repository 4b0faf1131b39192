import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerProcess } from '../server-process.js';
import { addTask, requestText, signUp } from './system.js';

const ACCOUNTS = 100;
const STREAMS_PER_ACCOUNT = 20;
const SETTLE_MS = 2_000;

/** Memory of many event streams, and the time a change takes to reach the streams of its account. */
export interface StreamFigures {
  readonly streams: number;
  readonly kibPerStream: number;
  /** From sending the change of an account to its arrival in the last of its streams, in milliseconds: median and worst. */
  readonly medianMs: number;
  readonly worstMs: number;
}

/** An event stream that waits for a change. */
class Stream {
  readonly #socket: Socket;
  #text = '';
  #onChange: () => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text;
      if (this.#text.includes('event: changed')) this.#onChange();
    });
  }

  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#onChange = resolve;
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Opens 2,000 streams of 100 accounts and changes a task in each account at once. */
export async function measureStreams(gateway: ServerProcess): Promise<StreamFigures> {
  const { port } = gateway;
  const cookies: string[] = [];
  for (let i = 0; i < ACCOUNTS; i++) cookies.push((await signUp(port, `streamer-${String(i)}`)).cookie);
  await delay(SETTLE_MS);
  const before = gateway.rssMib();
  const accounts: { readonly cookie: string; readonly streams: Stream[] }[] = [];
  for (const cookie of cookies) {
    const streams = await Promise.all(Array.from({ length: STREAMS_PER_ACCOUNT }, () => open(port, cookie)));
    accounts.push({ cookie, streams });
  }
  await delay(SETTLE_MS);
  const streams = ACCOUNTS * STREAMS_PER_ACCOUNT;
  const kibPerStream = ((gateway.rssMib() - before) * 1_024) / streams;
  const startedAt = performance.now();
  const times = await Promise.all(
    accounts.map(async (account) => {
      const arrived = Promise.all(account.streams.map((stream) => stream.changed()));
      await addTask(port, account.cookie, 'a change');
      await arrived;
      return performance.now() - startedAt;
    }),
  );
  for (const stream of accounts.flatMap((account) => account.streams)) stream.close();
  times.sort((one, other) => one - other);
  return {
    streams,
    kibPerStream,
    medianMs: times[Math.floor(times.length / 2)] ?? NaN,
    worstMs: times.at(-1) ?? NaN,
  };
}

async function open(port: number, cookie: string): Promise<Stream> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.write(requestText(port, 'GET', '/events', cookie));
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.toString().startsWith('HTTP/1.1 200')) throw new Error(`No stream: ${head.toString().slice(0, 80)}`);
  return new Stream(socket);
}
