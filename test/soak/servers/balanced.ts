import { setTimeout as delay } from 'node:timers/promises';
import { ClientThrift, ThriftTransportError } from 'nestjs-thrift';
import { Latencies } from '../latencies.js';
import { underLoad } from '../under-load.js';
import { ECHO_SCHEMA, EchoServer, type EchoClient } from './echo.js';
import { FAULTS, type FaultName } from './faults.js';

const HOSTS = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
const NAME = 'echo.internal';
const MAX_PENDING = 4_000;
const POLL_MS = 5;
/** Time over which a share is taken. */
const SHARE_WINDOW_MS = 500;
/** Which one of the servers fails. */
const FAULTY = 1;

export interface BalanceOptions {
  readonly callsPerSecond: number;
  /** Deadline of each call. */
  readonly timeoutMs: number;
  /** Time of each phase: before, during and after the fault. */
  readonly phaseMs: number;
  /** Maximum time until the server gets calls again after its fault. */
  readonly returnLimitMs: number;
  /** Maximum time until it gets half of its share of them again. Default: that is not awaited. */
  readonly shareLimitMs?: number;
}

/** The calls of a phase. */
export class Phase {
  readonly latencies = new Latencies();
  /** Answers by host. */
  readonly answers = new Map<string, number>();
  /** Calls that failed although they certainly were not run. */
  notRun = 0;
  /** Calls that failed and may have run. */
  maybeRun = 0;
  /** Any other error. */
  failed = 0;

  /** The share of the answers that came from a host, from 0 to 1. */
  shareOf(host: string): number {
    return (this.answers.get(host) ?? 0) / Math.max(1, this.latencies.count);
  }

  answer(host: string, durationMs: number): void {
    this.answers.set(host, (this.answers.get(host) ?? 0) + 1);
    this.latencies.add(durationMs);
  }

  fail(error: unknown): void {
    if (!(error instanceof ThriftTransportError)) this.failed++;
    else if (error.executed === 'no') this.notRun++;
    else this.maybeRun++;
  }
}

export interface FaultResult {
  /** Host of the server. */
  readonly host: string;
  readonly before: Phase;
  readonly during: Phase;
  readonly after: Phase;
  /** Calls to the server that got no answer from it: lost with their connection, or late. */
  readonly unanswered: number;
  /** Time from the fault to the end of the connection; undefined when it stayed. */
  readonly ejectedAfterMs: number | undefined;
  /** Time from the end of the fault to the first answer. */
  readonly returnedAfterMs: number;
  /** Time from the end of the fault until it had half of its share again; undefined when that was not seen. */
  readonly halfShareAfterMs: number | undefined;
  readonly skipped: number;
}

/** Servers on one port of several addresses, three unless there is a count, and a client of all of them. */
export class BalancedServers {
  readonly client: ClientThrift;
  readonly #servers: EchoServer[];
  readonly #echo: EchoClient;
  #addresses: readonly string[] = HOSTS;
  #phase = new Phase();

  private constructor(servers: EchoServer[], isByName: boolean) {
    this.#servers = servers;
    this.client = new ClientThrift({
      idl: ECHO_SCHEMA,
      servers: isByName ? `${NAME}:${String(servers[0]?.port)}` : servers.map(({ address }) => address),
      lookup: () => Promise.resolve(this.#addresses),
    });
    this.#echo = this.client.getService<EchoClient>('Echo');
  }

  /** @param isByName whether the client gets a name that it resolves, rather than the addresses. */
  static async start({ isByName = false, count = HOSTS.length } = {}): Promise<BalancedServers> {
    const [first = '', ...others] = HOSTS.slice(0, count);
    const servers = [await EchoServer.start(first, 0)];
    try {
      for (const host of others) servers.push(await EchoServer.start(host, servers[0]?.port ?? 0));
      return new BalancedServers(servers, isByName);
    } catch (error) {
      await Promise.all(servers.map((server) => server.end('SIGKILL')));
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
    await Promise.all(this.#servers.map((server) => server.end('SIGKILL')));
  }

  /** Resolves to these addresses from now on. */
  resolveTo(hosts: readonly string[]): void {
    this.#addresses = hosts;
  }

  /** Runs the load, with the phases that the work begins by `next`. */
  load<Result>(
    options: Pick<BalanceOptions, 'callsPerSecond' | 'timeoutMs'>,
    work: (next: () => Phase) => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly skipped: number }> {
    const { callsPerSecond, timeoutMs } = options;
    const call = async (): Promise<void> => {
      const phase = this.#phase;
      const startedAtMs = performance.now();
      try {
        phase.answer(await this.#echo.name({}, { timeoutMs }), performance.now() - startedAtMs);
      } catch (error) {
        phase.fail(error);
      }
    };
    return underLoad({ callsPerSecond, maxPending: MAX_PENDING, call }, () => work(() => (this.#phase = new Phase())));
  }

  /** Lets one of the servers fail under load, and return. */
  async suffer(name: FaultName, options: BalanceOptions): Promise<FaultResult> {
    const { phaseMs, returnLimitMs, shareLimitMs = 0 } = options;
    const fault = FAULTS[name];
    const { host, address } = this.#servers[FAULTY] as EchoServer;
    const sentBefore = this.#sentTo(address);
    const { result, skipped } = await this.load(options, async (next) => {
      const before = next();
      await delay(phaseMs);
      const during = next();
      const startedAtMs = performance.now();
      let ejectedAfterMs: number | undefined;
      this.client.on('disconnect', (_, server) => {
        if (server === address) ejectedAfterMs ??= performance.now() - startedAtMs;
      });
      await fault.begin(this.#servers[FAULTY] as EchoServer);
      await delay(phaseMs);
      this.#servers[FAULTY] = await fault.end(this.#servers[FAULTY] as EchoServer);
      const after = next();
      const endedAtMs = performance.now();
      const elapsedMs = (): number => performance.now() - endedAtMs;
      while (!after.answers.has(host) && elapsedMs() < returnLimitMs) await delay(POLL_MS);
      const returnedAfterMs = elapsedMs();
      let hasHalf = false;
      let halfShareAfterMs: number | undefined;
      while (!hasHalf && elapsedMs() < shareLimitMs) {
        hasHalf = await hasHalfOfItsShare(after, host);
        if (hasHalf) halfShareAfterMs = elapsedMs();
      }
      await delay(phaseMs);
      return { before, during, after, ejectedAfterMs, returnedAfterMs, halfShareAfterMs };
    });
    const phases = [result.before, result.during, result.after];
    const answered = phases.reduce((sum, { answers }) => sum + (answers.get(host) ?? 0), 0);
    return { ...result, skipped, host, unanswered: this.#sentTo(address) - sentBefore - answered };
  }

  /** Calls sent to a server that it did not reject. */
  #sentTo(address: string): number {
    const state = this.client.servers.find(({ server }) => server === address);
    return state === undefined ? 0 : state.calls - state.rejections;
  }
}

/** Whether a host gave half of its share of the answers in the next moments. */
async function hasHalfOfItsShare({ answers, latencies }: Phase, host: string): Promise<boolean> {
  const count = (): number => answers.get(host) ?? 0;
  const [countBefore, allBefore] = [count(), latencies.count];
  await delay(SHARE_WINDOW_MS);
  const all = latencies.count - allBefore;
  return all > 0 && (count() - countBefore) / all >= 0.5 / HOSTS.length;
}
