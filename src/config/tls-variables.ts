import type { ThriftTlsOptions } from 'nestjs-thrift';
import { readTlsFiles, type Environment } from '@tasks/service';

/** Reads the certificate to listen with; undefined when none is set. */
export function readTls(environment: Environment): ThriftTlsOptions | undefined {
  const names = { cert: 'THRIFT_TLS_CERT', key: 'THRIFT_TLS_KEY', ca: 'THRIFT_TLS_CA' };
  const { cert, key, ca } = readTlsFiles(environment, names);
  if (cert && key) return { certFile: cert.path, keyFile: key.path, ...(ca && { caFile: ca.path }) };
  // An incomplete set-up must not lead to an unencrypted listener.
  if (cert ?? key ?? ca) {
    environment.report('THRIFT_TLS_CERT and THRIFT_TLS_KEY must be set together, and THRIFT_TLS_CA only with them');
  }
  return undefined;
}
