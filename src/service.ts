import 'reflect-metadata';
import { Traces, versionIn, type ServiceDefinition } from '@tasks/service';
import { describeListener, describeTasks } from './bootstrap/descriptions.js';
import { parseConfig, type AppConfig } from './config/config.js';
import { readableCall } from './infrastructure/thrift/access-log.js';

/** The Tasks service. MongoDB may be down when it starts. */
export const tasksService: ServiceDefinition<AppConfig> = {
  name: 'Tasks',
  version: versionIn(new URL('../package.json', import.meta.url)),
  config: parseConfig,
  opsVariables: { host: 'HTTP_HOST', port: 'HTTP_PORT' },
  readable: readableCall,
  workers: (config) =>
    config.workers === 1
      ? undefined
      : {
          count: config.workers,
          program: new URL('./bootstrap/worker.js', import.meta.url),
          // `auto` may be another number by now.
          env: { WORKERS: String(config.workers) },
          portVariable: 'THRIFT_PORT',
          connectionsMetric: 'thrift_connections',
          probe: 'store',
          describe: (port) => [describeTasks(config.store), describeListener(config, port)],
        },
  parts: async (service) => {
    // Not loaded by a process that has workers.
    const { TaskStore } = await import('./bootstrap/task-store.js');
    const { ThriftListener } = await import('./bootstrap/thrift-listener.js');
    const { explorer } = service.config;
    const Explorer = explorer && (await import('./bootstrap/explorer.js')).Explorer;
    const traces = new Traces(service, 'tasks');
    const store = new TaskStore(service, traces);
    const listener = new ThriftListener(service, store, traces);
    return [traces, store, listener, ...(explorer && Explorer ? [new Explorer(service, explorer, listener)] : [])];
  },
};
