import 'reflect-metadata';
import { Traces, versionIn, type Part, type ServiceDefinition } from '@tasks/service';
import { ChangeFeed } from './application/tasks/change-feed.js';
import type { PasswordHasher } from './application/accounts/password-hasher.js';
import type { TaskService } from './application/tasks/task-service.js';
import { Accounts } from './bootstrap/accounts.js';
import { HttpServer } from './bootstrap/http-server.js';
import { TasksConnection } from './bootstrap/tasks-connection.js';
import { parseConfig, type GatewayConfig } from './config/config.js';
import { ScryptPasswordHasher } from './infrastructure/hashing/scrypt-password-hasher.js';
import { EventStreams } from './interface/http/event-streams.js';

/** Settings besides the configuration. */
export interface GatewayOptions {
  /** Folder with the built page. Unset: the API alone. */
  readonly pageFolder?: URL | undefined;
  /** Default: scrypt, slow by design. */
  readonly hasher?: PasswordHasher;
  /** Default: over Thrift, as configured. */
  readonly tasks?: TaskService | undefined;
  /** Default: the system clock. */
  readonly now?: () => Date;
  /** Of event streams, in milliseconds. */
  readonly heartbeatMs?: number;
  /** Maximum duration of an export, in milliseconds. */
  readonly exportLimitMs?: number;
}

/** The gateway. The task service and MongoDB may be down when it starts. */
export function createGateway(options: GatewayOptions = {}): ServiceDefinition<GatewayConfig> {
  return {
    name: 'Gateway',
    version: versionIn(new URL('../package.json', import.meta.url)),
    config: parseConfig,
    opsVariables: { host: 'GATEWAY_OPS_HOST', port: 'GATEWAY_OPS_PORT' },
    parts: (service): Promise<readonly Part[]> => {
      const { config, log } = service;
      const { pageFolder, hasher = new ScryptPasswordHasher(), now, heartbeatMs, exportLimitMs } = options;
      const traces = new Traces(service, 'gateway');
      const connection = new TasksConnection(config.tasks, { log, traces, given: options.tasks });
      const { tasks } = connection;
      const feed = new ChangeFeed();
      const streams = new EventStreams(feed, config.limits.streamsPerAccount, heartbeatMs);
      const accounts = new Accounts({
        store: config.store,
        settings: config.accounts,
        hasher,
        audit: {
          record: (event) => {
            log.info({ audit: event }, event.type);
          },
        },
        sessionsEnded: streams,
        tasks: { removeAll: (accountId) => tasks.removeAll(accountId, false) },
        log,
        now,
      });
      const http = new HttpServer(service, { traces, accounts, tasks, feed, streams, pageFolder, exportLimitMs });
      // Streams end before the server, which waits for them.
      return Promise.resolve([traces, accounts, connection, http, streams]);
    },
  };
}
