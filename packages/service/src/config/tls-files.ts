import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from './environment.js';

const CERTIFICATE = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/;

/** Sources of the file names: variables, or options of a command. */
export interface TlsNames {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** A PEM file. */
export interface TlsFile {
  /** Absolute. */
  readonly path: string;
  /** Its content. */
  readonly pem: string;
}

/** The files that are set. */
export interface TlsFiles {
  readonly cert: (TlsFile & { readonly expiresAt: Date }) | undefined;
  readonly key: TlsFile | undefined;
  readonly ca: TlsFile | undefined;
}

/** A file and its content, which is undefined when it is bad; that has been reported. */
interface Parsed<Content> extends TlsFile {
  readonly content: Content | undefined;
}

/** Reads the files, and reports invalid content. */
export function readTlsFiles(environment: Environment, names: TlsNames): TlsFiles {
  const cert = readPem(environment, names.cert, 'certificate', certificateIn);
  const key = readPem(environment, names.key, 'private key without a passphrase', createPrivateKey);
  const ca = readPem(environment, names.ca, 'certificate', certificateIn);
  if (cert?.content && key?.content && !cert.content.checkPrivateKey(key.content)) {
    environment.report(`${names.key} is not the key of the certificate in ${names.cert}`);
  }
  return {
    cert: cert && { path: cert.path, pem: cert.pem, expiresAt: new Date(cert.content?.validTo ?? NaN) },
    key: key && { path: key.path, pem: key.pem },
    ca: ca && { path: ca.path, pem: ca.pem },
  };
}

function readPem<Content>(
  environment: Environment,
  name: string,
  what: string,
  parse: (pem: string) => Content,
): Parsed<Content> | undefined {
  const value = environment.text(name);
  if (value === undefined) return undefined;
  const path = resolve(value);
  const reject = (why: string): Parsed<Content> => {
    environment.reject(name, value, `the path of a PEM file ${why}`);
    return { path, pem: '', content: undefined };
  };
  let pem: string;
  try {
    pem = readFileSync(path, 'latin1');
  } catch {
    return reject(`that can be read (${path} can't)`);
  }
  try {
    return { path, pem, content: parse(pem) };
  } catch {
    return reject(`with a ${what} (${path} has none)`);
  }
}

/** The first one. */
function certificateIn(pem: string): X509Certificate {
  // Other forms would be accepted here, but not by TLS.
  if (!CERTIFICATE.test(pem)) throw new Error('No PEM');
  return new X509Certificate(pem);
}
