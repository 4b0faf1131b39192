import type { TestClient } from './test-client.js';

interface ServerEvent {
  readonly type: string;
  readonly data: string;
}

export class EventReader {
  readonly #reader: ReadableStreamDefaultReader<string>;
  readonly #abort: AbortController;
  #pending = '';

  private constructor(reader: ReadableStreamDefaultReader<string>, abort: AbortController) {
    this.#reader = reader;
    this.#abort = abort;
  }

  /** Resolves once the first event has come. */
  static async open(
    client: TestClient,
    headers: Readonly<Record<string, string>> = {},
    path = '/events',
  ): Promise<EventReader> {
    const abort = new AbortController();
    const response = await client.fetch('GET', path, undefined, { headers, signal: abort.signal });
    if (response.status !== 200 || response.body === null) throw new Error(`Status ${String(response.status)}`);
    const reader = new EventReader(response.body.pipeThrough(new TextDecoderStream()).getReader(), abort);
    await reader.next();
    return reader;
  }

  /** The next event; undefined when the stream has ended. */
  async next(): Promise<ServerEvent | undefined> {
    for (;;) {
      const end = this.#pending.indexOf('\n\n');
      if (end >= 0) {
        const block = this.#pending.slice(0, end);
        this.#pending = this.#pending.slice(end + 2);
        if (block.trim() !== '') return toEvent(block);
        continue;
      }
      const { value, done } = await this.#reader.read();
      if (done) return undefined;
      this.#pending += value;
    }
  }

  /** The next event that is not a heartbeat. */
  async nextChange(): Promise<ServerEvent | undefined> {
    for (;;) {
      const event = await this.next();
      if (event?.type !== 'heartbeat') return event;
    }
  }

  close(): void {
    this.#abort.abort();
  }
}

function toEvent(block: string): ServerEvent {
  const fields = Object.fromEntries(
    block
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const at = line.indexOf(':');
        return [line.slice(0, at), line.slice(at + 1).trim()];
      }),
  ) as Readonly<Record<string, string>>;
  return { type: fields.event ?? 'message', data: fields.data ?? '' };
}
