import type { LoggerService } from '@nestjs/common';
import type { DrainState } from '../lifecycle/drain-state.js';
import type { ListenVariables } from '../lifecycle/start-failure.js';
import type { MetricsRegistry } from '../metrics/metrics-registry.js';

/** Whether a part works. */
export interface ProbeAnswer {
  readonly ok: boolean;
  /** In words, when it doesn't: `Task store unavailable`. */
  readonly message: string;
  /** What it failed with: its innermost message is shown, without credentials. */
  readonly cause?: unknown;
}

/** What is served, and where. */
export interface OperationsOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** The variables that chose them, for a message that names the right one. */
  readonly variables: ListenVariables;
  readonly drain: DrainState;
  /** By name, the parts that have to work for the service to be ready. They never reject. */
  readonly probes: Readonly<Record<string, () => Promise<ProbeAnswer>>>;
  readonly metrics: MetricsRegistry;
  readonly logger: LoggerService;
}

/** Injects the `OperationsOptions` into a controller. */
export const OPERATIONS = Symbol('operations');
