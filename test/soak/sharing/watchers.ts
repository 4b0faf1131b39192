import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Credential } from '../durability/rest.js';
import { Latencies } from '../latencies.js';

const TASK_IDS = /"taskIds":\["([0-9a-f]{24})"\]/g;

/** Event streams of accounts, and when changes arrive in them. */
export class Watchers implements Disposable {
  readonly latencies = new Latencies();
  /** Events still expected. */
  #awaited = 0;
  readonly #sentAtMs = new Map<string, number>();
  readonly #sockets: Socket[] = [];
  readonly #port: number;
  #onAll: () => void = () => undefined;

  constructor(port: number) {
    this.#port = port;
  }

  get awaited(): number {
    return this.#awaited;
  }

  /** Opens streams of all lists of an account. */
  async open(account: Credential, streams: number): Promise<void> {
    await Promise.all(Array.from({ length: streams }, () => this.#open(account)));
  }

  /** Expects a change that is sent now. @param events Number of streams that report it. */
  expect(taskId: string, events: number): void {
    this.#awaited += events;
    this.#sentAtMs.set(taskId, performance.now());
  }

  /** Resolves when every expected event has arrived, or at the time limit. */
  async settled(limitMs: number): Promise<void> {
    if (this.#awaited === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#onAll = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #open({ name, headers }: Credential): Promise<void> {
    const socket = connect({ host: '127.0.0.1', port: this.#port });
    this.#sockets.push(socket);
    socket.setEncoding('utf8');
    const lines = Object.entries({ host: `127.0.0.1:${String(this.#port)}`, ...headers });
    socket.write(
      `GET /api/v1/events?lists=all HTTP/1.1\r\n${lines.map(([key, value]) => `${key}: ${value}\r\n`).join('')}\r\n`,
    );
    // The headers may come before all lists are watched; the first heartbeat comes after.
    for (let begin = ''; !begin.includes('event: heartbeat');) {
      const [text] = (await once(socket, 'data')) as [string];
      begin += text;
      if (!begin.startsWith('HTTP/1.1 200')) throw new Error(`No stream for ${name}: ${begin.slice(0, 300)}`);
    }
    socket.on('error', () => undefined);
    let rest = '';
    socket.on('data', (text: string) => {
      const end = text.lastIndexOf('\n\n');
      if (end < 0) {
        rest += text;
        return;
      }
      this.#read(rest + text.slice(0, end));
      rest = text.slice(end);
    });
  }

  #read(events: string): void {
    const atMs = performance.now();
    for (const [, taskId = ''] of events.matchAll(TASK_IDS)) {
      const sentAtMs = this.#sentAtMs.get(taskId);
      if (sentAtMs === undefined) continue;
      this.latencies.add(atMs - sentAtMs);
      if (--this.#awaited === 0) this.#onAll();
    }
  }
}
