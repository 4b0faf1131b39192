import type { Logger, RunningService } from '@tasks/service';
import type { LoadedConfig } from '../config/load-config.js';
import { startCallServer } from './call-server.js';
import { startOperations } from './operations.js';

/** The running Tasks service. */
export interface TasksService extends RunningService {
  /** The port of the Thrift listener. */
  readonly thriftPort: number;
  /** The port of health and metrics; undefined when they are off. */
  readonly httpPort: number | undefined;
}

/**
 * Starts the service in this process alone; resolves once it answers calls.
 *
 * @throws ThriftStartError for a handler that is not in the IDL; ListenError when a port can't be listened on.
 */
export async function startService({ config, ...loaded }: LoadedConfig, log: Logger): Promise<TasksService> {
  for (const warning of config.warnings) log.warn(warning);
  const [calls] = await Promise.all([
    startCallServer({ config, ...loaded }, log),
    // Loaded meanwhile.
    config.http && import('@tasks/service/operations'),
  ]);
  const { drain, metrics, logger, health } = calls;
  const probes = { store: () => health.execute() };
  const operations = await startOperations(config, log, calls, { drain, metrics, logger, probes });
  return {
    thriftPort: operations.thriftPort,
    httpPort: operations.httpPort,
    stopLimitMs: calls.stopLimitMs,
    stop: async () => {
      await calls.stop();
      await operations.close();
    },
  };
}
