import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseInteger, type Environment } from '@tasks/service';

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
  const ca = readFile(environment, 'TASKS_TLS_CA');
  const cert = readFile(environment, 'TASKS_TLS_CERT');
  const key = readFile(environment, 'TASKS_TLS_KEY');
  const expiresAt = cert === undefined ? undefined : expiryOf(environment, 'TASKS_TLS_CERT', cert);
  if ((cert === undefined) !== (key === undefined)) {
    environment.report('TASKS_TLS_CERT and TASKS_TLS_KEY go together: set both or none');
  }
  if (ca === undefined && cert === undefined) return undefined;
  return { ca, client: cert && key && expiresAt ? { cert, key, expiresAt } : undefined };
}

function expiryOf(environment: Environment, name: string, cert: string): Date | undefined {
  try {
    return new Date(new X509Certificate(cert).validTo);
  } catch {
    environment.reject(name, environment.text(name) ?? '', 'a file with a certificate (PEM)');
    return undefined;
  }
}

function readFile(environment: Environment, name: string): string | undefined {
  const file = environment.text(name);
  if (file === undefined) return undefined;
  try {
    return readFileSync(resolve(file), 'utf8');
  } catch (error) {
    environment.reject(name, file, `a file that can be read (${(error as Error).message})`);
    return '';
  }
}
