import type { Browser, CDPSession } from 'playwright-core';

/** A task of the page's main thread, by its CPU time. */
export interface MainThreadTask {
  readonly milliseconds: number;
  /** What it consists of, with the time of each kind of work without that of other work inside, the longest first. */
  readonly parts: readonly (readonly [string, number])[];
}

/** An event of Chromium's tracing; times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** CPU time of the thread. */
  readonly tdur?: number;
  readonly args: { readonly name?: string; readonly data?: { readonly type?: string } };
}

const CATEGORIES = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8'];

/** Finds the longest task of the main thread, by Chromium's tracing. */
export class MainThreadTrace {
  readonly #session: CDPSession;
  #events: TraceEvent[] = [];

  private constructor(session: CDPSession) {
    this.#session = session;
    session.on('Tracing.dataCollected', ({ value }) => {
      this.#events.push(...(value as unknown as TraceEvent[]));
    });
  }

  static async of(browser: Browser): Promise<MainThreadTrace> {
    return new MainThreadTrace(await browser.newBrowserCDPSession());
  }

  async start(): Promise<void> {
    this.#events = [];
    await this.#session.send('Tracing.start', { traceConfig: { includedCategories: CATEGORIES } });
  }

  /** Ends the trace and returns the longest task since its start. */
  async longest(): Promise<MainThreadTask | undefined> {
    const complete = new Promise<void>((resolve) =>
      this.#session.once('Tracing.tracingComplete', () => {
        resolve();
      }),
    );
    await this.#session.send('Tracing.end');
    await complete;
    const threads = new Set(
      this.#events
        .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
        .map(({ pid, tid }) => `${String(pid)} ${String(tid)}`),
    );
    const own = this.#events
      .filter(({ ph, pid, tid }) => ph === 'X' && threads.has(`${String(pid)} ${String(tid)}`))
      .sort((a, b) => a.ts - b.ts || durationOf(b) - durationOf(a));
    const [longest] = own.filter(({ name }) => name.endsWith('RunTask')).sort((a, b) => (b.tdur ?? 0) - (a.tdur ?? 0));
    if (longest === undefined) return undefined;
    const end = longest.ts + durationOf(longest);
    const inside = own.filter((one) => one.pid === longest.pid && one.ts >= longest.ts && one.ts < end);
    return { milliseconds: (longest.tdur ?? 0) / 1_000, parts: partsOf(inside) };
  }
}

function durationOf({ dur = 0 }: TraceEvent): number {
  return dur;
}

/** @param events In order, each before those inside it. */
function partsOf(events: readonly TraceEvent[]): readonly (readonly [string, number])[] {
  const times = new Map<string, number>();
  const around: TraceEvent[] = [];
  const add = ({ name, args }: TraceEvent, time: number): void => {
    const part = name === 'EventDispatch' ? `event ${args.data?.type ?? ''}` : name;
    times.set(part, (times.get(part) ?? 0) + time / 1_000);
  };
  for (const event of events) {
    const { ts, tdur = 0 } = event;
    while (around.length > 0 && ts >= endOf(around.at(-1))) around.pop();
    const outer = around.at(-1);
    if (outer) add(outer, -tdur);
    add(event, tdur);
    around.push(event);
  }
  return [...times].sort(([, a], [, b]) => b - a);
}

function endOf(event: TraceEvent | undefined): number {
  return event === undefined ? 0 : event.ts + durationOf(event);
}
