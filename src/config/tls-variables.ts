import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import type { ThriftTlsOptions } from '../infrastructure/thrift/index.js';
import type { Environment } from './environment.js';

/** Reads which certificate to listen with; undefined when none is named. */
export function readTls(environment: Environment): ThriftTlsOptions | undefined {
  const certFile = readPath(environment, 'THRIFT_TLS_CERT');
  const keyFile = readPath(environment, 'THRIFT_TLS_KEY');
  const caFile = readPath(environment, 'THRIFT_TLS_CA');
  if (certFile !== undefined && keyFile !== undefined) return { certFile, keyFile, ...(caFile && { caFile }) };
  // Half a set-up must not mean a listener without encryption.
  if (certFile ?? keyFile ?? caFile) {
    environment.complain('THRIFT_TLS_CERT and THRIFT_TLS_KEY must be set together, and THRIFT_TLS_CA only with them');
  }
  return undefined;
}

function readPath(environment: Environment, name: string): string | undefined {
  const value = environment.text(name);
  if (value === undefined) return undefined;
  const path = resolve(value);
  try {
    accessSync(path, constants.R_OK);
  } catch {
    environment.refuse(name, value, `the path of a PEM file that can be read (${path} can't)`);
  }
  return path;
}
