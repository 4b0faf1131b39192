import { parseInteger, readTlsFiles, type Environment } from '@tasks/service';

/** Address and connection options of the task service. */
export interface TasksConfig {
  readonly host: string;
  readonly port: number;
  /** Undefined: connections are not encrypted. */
  readonly tls: TasksTls | undefined;
}

/** Content of the files, in PEM. */
interface TasksTls {
  /** Trusted authorities; undefined: those of Node. */
  readonly ca: string | undefined;
  /** Client certificate, if the task service requires one. */
  readonly client: ClientCertificate | undefined;
}

/** The client certificate of the gateway, and its key, in PEM. */
interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
  readonly expiresAt: Date;
}

const DEFAULT_SERVER = 'localhost:6001';
const HOST_AND_PORT = /^([\w.-]+|\[[\da-f:.]+\]):(\d+)$/i;
const PORTS = { min: 1, max: 65_535 };

export function readTasks(environment: Environment): TasksConfig {
  const text = environment.text('TASKS_SERVERS') ?? DEFAULT_SERVER;
  const [, host = '', digits = ''] = HOST_AND_PORT.exec(text) ?? [];
  const port = parseInteger(digits, PORTS);
  if (port === undefined) environment.reject('TASKS_SERVERS', text, 'host:port of one server, like localhost:6001');
  return { host: host.replace(/^\[|\]$/g, ''), port: port ?? PORTS.min, tls: readTls(environment) };
}

function readTls(environment: Environment): TasksTls | undefined {
  const names = { cert: 'TASKS_TLS_CERT', key: 'TASKS_TLS_KEY', ca: 'TASKS_TLS_CA' };
  const { cert, key, ca } = readTlsFiles(environment, names);
  if ((cert === undefined) !== (key === undefined)) {
    environment.report('TASKS_TLS_CERT and TASKS_TLS_KEY go together: set both or none');
  }
  if (ca === undefined && cert === undefined) return undefined;
  return { ca: ca?.pem, client: cert && key && { cert: cert.pem, key: key.pem, expiresAt: cert.expiresAt } };
}
