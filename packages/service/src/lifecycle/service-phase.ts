import { transition, type Transitions } from '../kit/transition.js';

/** Where a service is in its life. */
export type Phase = 'starting' | 'running' | 'draining' | 'stopping' | 'stopped';

/**
 * ```
 * starting ─all parts started─▶ running ─stop─▶ draining ─delay─▶ stopping ─all parts stopped─▶ stopped
 *     └──────────────────failed, or stop─────────────────────────────▲
 * ```
 */
export const PHASES: Transitions<Phase> = {
  starting: ['running', 'stopping'],
  running: ['draining'],
  draining: ['stopping'],
  stopping: ['stopped'],
  stopped: [],
};

/** The phase of this service. */
export class ServicePhase {
  readonly #nowMs: () => number;
  #current: Phase = 'starting';
  #drainingSinceMs: number | undefined;

  /** @param nowMs The time in milliseconds, by a monotonic clock. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  get current(): Phase {
    return this.#current;
  }

  /** @throws Error for a transition that is not in the table. */
  to(phase: Phase): void {
    this.#current = transition(PHASES, this.#current, phase);
    if (this.isDraining()) this.#drainingSinceMs ??= this.#nowMs();
  }

  /** Whether callers should use another instance, since this one is about to stop. */
  isDraining(): boolean {
    return this.#current !== 'starting' && this.#current !== 'running';
  }

  /** Time for which it has been draining, in milliseconds; 0 before. */
  drainingForMs(): number {
    return this.#drainingSinceMs === undefined ? 0 : this.#nowMs() - this.#drainingSinceMs;
  }
}
