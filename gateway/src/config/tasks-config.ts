import { parseInteger, readTlsFiles, type Environment } from '@tasks/service';

/** Servers and connection options of the task service. */
export interface TasksConfig {
  /** A name that resolves to all of its addresses, or several servers; each as `host:port`. */
  readonly servers: string | readonly string[];
  /** Undefined: connections are not encrypted. */
  readonly tls: TasksTls | undefined;
}

/** Paths of PEM files. */
interface TasksTls {
  /** Trusted authorities; undefined: those of Node. */
  readonly caFile: string | undefined;
  /** The gateway's own certificate and its key, if the task service requires one. */
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

const DEFAULT_SERVER = 'localhost:6001';
const HOST_AND_PORT = /^(?:[\w.-]+|\[[\da-f:.]+\]):(\d+)$/i;
const PORTS = { min: 1, max: 65_535 };

export function readTasks(environment: Environment): TasksConfig {
  const text = environment.text('TASKS_SERVERS') ?? DEFAULT_SERVER;
  const servers = text.split(',').map((server) => server.trim());
  const isServer = (server: string): boolean => {
    const [, port = ''] = HOST_AND_PORT.exec(server) ?? [];
    return parseInteger(port, PORTS) !== undefined;
  };
  if (!servers.every(isServer)) {
    environment.reject('TASKS_SERVERS', text, 'host:port, or several of them with commas, like localhost:6001');
  }
  return { servers: servers.length === 1 ? text : servers, tls: readTls(environment) };
}

function readTls(environment: Environment): TasksTls | undefined {
  const names = { cert: 'TASKS_TLS_CERT', key: 'TASKS_TLS_KEY', ca: 'TASKS_TLS_CA' };
  const { cert, key, ca } = readTlsFiles(environment, names);
  if ((cert === undefined) !== (key === undefined)) {
    environment.report('TASKS_TLS_CERT and TASKS_TLS_KEY go together: set both or none');
  }
  if (ca === undefined && cert === undefined) return undefined;
  return { caFile: ca?.path, certFile: cert?.path, keyFile: key?.path };
}
