import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ThriftTlsOptions } from 'nestjs-thrift';
import type { Environment } from '@tasks/service';

const CERTIFICATE = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/;

/** A file's content and path. */
interface FileContent<Content> {
  readonly path: string;
  /** Undefined when the file is bad, which has been reported. */
  readonly content: Content | undefined;
}

/** Sources of the file names: variables, or options of a command. */
interface TlsNames {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** Absolute paths of the files that are set. */
export type TlsPaths = { readonly [Name in keyof TlsNames]: string | undefined };

const VARIABLES: TlsNames = { cert: 'THRIFT_TLS_CERT', key: 'THRIFT_TLS_KEY', ca: 'THRIFT_TLS_CA' };

/** Reads the certificate to listen with; undefined when none is set. */
export function readTls(environment: Environment): ThriftTlsOptions | undefined {
  const { cert, key, ca } = readTlsPaths(environment, VARIABLES);
  if (cert !== undefined && key !== undefined) {
    return { certFile: cert, keyFile: key, ...(ca !== undefined && { caFile: ca }) };
  }
  // An incomplete set-up must not lead to an unencrypted listener.
  if (cert ?? key ?? ca) {
    environment.report('THRIFT_TLS_CERT and THRIFT_TLS_KEY must be set together, and THRIFT_TLS_CA only with them');
  }
  return undefined;
}

/** Reads the paths of the files, and reports invalid content. */
export function readTlsPaths(environment: Environment, names: TlsNames): TlsPaths {
  const cert = readFile(environment, names.cert, 'certificate', certificateIn);
  const key = readFile(environment, names.key, 'private key without a passphrase', createPrivateKey);
  const ca = readFile(environment, names.ca, 'certificate', certificateIn);
  if (cert?.content && key?.content && !cert.content.checkPrivateKey(key.content)) {
    environment.report(`${names.key} is not the key of the certificate in ${names.cert}`);
  }
  return { cert: cert?.path, key: key?.path, ca: ca?.path };
}

function readFile<Content>(
  environment: Environment,
  name: string,
  what: string,
  parse: (text: string) => Content,
): FileContent<Content> | undefined {
  const value = environment.text(name);
  if (value === undefined) return undefined;
  const path = resolve(value);
  const reject = (why: string): FileContent<Content> => {
    environment.reject(name, value, `the path of a PEM file ${why}`);
    return { path, content: undefined };
  };
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch {
    return reject(`that can be read (${path} can't)`);
  }
  try {
    return { path, content: parse(text) };
  } catch {
    return reject(`with a ${what} (${path} has none)`);
  }
}

/** The first one. */
function certificateIn(text: string): X509Certificate {
  // Other forms would be accepted here, but not by TLS.
  if (!CERTIFICATE.test(text)) throw new Error('No PEM');
  return new X509Certificate(text);
}
