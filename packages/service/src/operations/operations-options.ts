import type { LoggerService } from '@nestjs/common';
import type { ServicePhase } from '../lifecycle/service-phase.js';
import type { ListenVariables } from '../lifecycle/start-failure.js';
import type { MetricsRegistry } from '../metrics/metrics-registry.js';

/** Whether a dependency works. */
export interface ProbeAnswer {
  readonly ok: boolean;
  /** Short reason in words, when it doesn't: `Task store unavailable`. */
  readonly message: string;
  /**
   * The error: its innermost message is shown, without credentials. With `ok`, the dependency works in part, which the
   * body of the readiness probe shows.
   */
  readonly cause?: unknown;
}

/** Probes of dependencies that must work for readiness, by name. They never reject. */
export type Probes = Readonly<Record<string, () => Promise<ProbeAnswer>>>;

/** Options of the health and metrics listener. */
export interface OperationsOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** The variables that set host and port, for messages. */
  readonly variables: ListenVariables;
  readonly phase: ServicePhase;
  readonly probes: Probes;
  readonly metrics: MetricsRegistry;
  readonly logger: LoggerService;
}

/** Injection token of `OperationsOptions`. */
export const OPERATIONS = Symbol('operations');
