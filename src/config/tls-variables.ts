import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ThriftTlsOptions } from '../infrastructure/thrift/index.js';
import type { Environment } from './environment.js';

const CERTIFICATE = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/;

/** What a file holds, and where it is. */
interface FileContent<Content> {
  readonly path: string;
  /** Undefined when the file is bad, which has been noted. */
  readonly content: Content | undefined;
}

/** Reads which certificate to listen with; undefined when none is named. */
export function readTls(environment: Environment): ThriftTlsOptions | undefined {
  const cert = readFile(environment, 'THRIFT_TLS_CERT', 'certificate', certificateIn);
  const key = readFile(environment, 'THRIFT_TLS_KEY', 'private key without a passphrase', createPrivateKey);
  const ca = readFile(environment, 'THRIFT_TLS_CA', 'certificate', certificateIn);
  if (cert !== undefined && key !== undefined) {
    refuseForeignKey(environment, cert, key);
    return { certFile: cert.path, keyFile: key.path, ...(ca && { caFile: ca.path }) };
  }
  // Half a set-up must not mean a listener without encryption.
  if (cert ?? key ?? ca) {
    environment.complain('THRIFT_TLS_CERT and THRIFT_TLS_KEY must be set together, and THRIFT_TLS_CA only with them');
  }
  return undefined;
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
  const refuse = (why: string): FileContent<Content> => {
    environment.refuse(name, value, `the path of a PEM file ${why}`);
    return { path, content: undefined };
  };
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch {
    return refuse(`that can be read (${path} can't)`);
  }
  try {
    return { path, content: parse(text) };
  } catch {
    return refuse(`with a ${what} (${path} has none)`);
  }
}

/** The first one. */
function certificateIn(text: string): X509Certificate {
  // Other forms would do here, but not for TLS.
  if (!CERTIFICATE.test(text)) throw new Error('No PEM');
  return new X509Certificate(text);
}

function refuseForeignKey(
  environment: Environment,
  { content: cert }: FileContent<X509Certificate>,
  { content: key }: FileContent<KeyObject>,
): void {
  if (cert && key && !cert.checkPrivateKey(key)) {
    environment.complain('THRIFT_TLS_KEY is not the key of the certificate in THRIFT_TLS_CERT');
  }
}
