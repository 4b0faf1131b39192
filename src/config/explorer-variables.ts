import { LISTENING_PORTS, type Environment } from '@tasks/service';

/** The page to call methods from, on 127.0.0.1. */
export interface ExplorerConfig {
  readonly port: number;
  /** Whether it makes no calls. */
  readonly readOnly: boolean;
  /** Methods and services that it has; undefined: all. */
  readonly allow: readonly string[] | undefined;
  readonly deny: readonly string[];
  /** Whether the service starts without it where its port is taken. */
  readonly isOptional: boolean;
}

/** What else decides about the explorer. */
interface ExplorerConditions {
  /** Whether clients need certificates. */
  readonly needsCertificates: boolean;
  readonly workers: number;
}

/** `auto` is what `npm start` sets: on where nothing speaks against it. */
const MODES = ['off', 'on', 'read-only', 'auto'] as const;
const DEFAULT_PORT = 6_003;

/** Reads whether there is an explorer, and which; undefined: none. */
export function readExplorer(environment: Environment, conditions: ExplorerConditions): ExplorerConfig | undefined {
  const mode = environment.choice('EXPLORER', MODES) ?? 'off';
  const explorer = {
    port: environment.integer('EXPLORER_PORT', LISTENING_PORTS) ?? DEFAULT_PORT,
    readOnly: mode === 'read-only',
    allow: readNames(environment, 'EXPLORER_ALLOW'),
    deny: readNames(environment, 'EXPLORER_DENY') ?? [],
    isOptional: mode === 'auto',
  };
  if (mode === 'off') return undefined;
  const obstacle = obstacleOf(conditions);
  if (obstacle === undefined) return explorer;
  if (mode !== 'auto') environment.report(`EXPLORER is ${mode}, but ${obstacle}: leave it unset`);
  return undefined;
}

function obstacleOf({ needsCertificates, workers }: ExplorerConditions): string | undefined {
  if (needsCertificates)
    return 'THRIFT_TLS_CA asks every client for a certificate, and the explorer would call without one';
  return workers > 1 ? `WORKERS means ${String(workers)} processes, and the explorer belongs to one` : undefined;
}

function readNames(environment: Environment, variable: string): readonly string[] | undefined {
  return environment
    .text(variable)
    ?.split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}
