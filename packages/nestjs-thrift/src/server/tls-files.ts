import { X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { TlsOptions } from 'node:tls';
import { ThriftStartError } from '../errors.js';

/** Paths of the certificate and the key. Changed files are read again without a restart. */
export interface ThriftTlsOptions {
  /** Path of the certificate chain, PEM. */
  readonly certFile: string;
  /** Path of the private key, PEM. */
  readonly keyFile: string;
  /** Path of the authorities for client certificates, PEM. When set, client certificates are required. */
  readonly caFile?: string;
  /** Interval of the checks for changed files. Default 1,000. */
  readonly reloadIntervalMs?: number;
}

const DEFAULT_RELOAD_INTERVAL_MS = 1_000;

/** The contents of the files, as options of `node:tls`. */
export interface TlsFiles extends TlsOptions {
  /** The certificate chain, PEM. */
  readonly cert: Buffer;
}

/** Reads the files. @throws ThriftStartError naming an unreadable file. */
export function readTlsFiles({ certFile, keyFile, caFile }: ThriftTlsOptions): TlsFiles {
  return {
    cert: read(certFile),
    key: read(keyFile),
    minVersion: 'TLSv1.2',
    ...(caFile === undefined ? {} : { ca: read(caFile), requestCert: true, rejectUnauthorized: true }),
  };
}

/** When the server's certificate expires, not counting its chain. */
export function expiryOf({ cert }: TlsFiles): Date {
  return new Date(new X509Certificate(cert).validTo);
}

/**
 * Passes the contents to `take` whenever a file changes. Certificate and key change one after the other: until they match,
 * `take` throws, and the server keeps the previous pair.
 * @returns a function that ends the watch.
 */
export function watchTlsFiles(
  options: ThriftTlsOptions,
  take: (files: TlsFiles) => void,
  report: (message: string) => void,
): () => void {
  const files = [options.certFile, options.keyFile, ...(options.caFile === undefined ? [] : [options.caFile])];
  const reload = (): void => {
    try {
      take(readTlsFiles(options));
      report(`TLS: reloaded ${files.join(', ')}`);
    } catch (error) {
      report(`TLS: keeping the previous certificate, the changed files are unusable: ${(error as Error).message}`);
    }
  };
  // Polled by path, since Kubernetes swaps a symbolic link: a watch on the file itself would miss that.
  const interval = options.reloadIntervalMs ?? DEFAULT_RELOAD_INTERVAL_MS;
  for (const file of files) watchFile(file, { interval, persistent: false }, reload);
  return () => {
    for (const file of files) unwatchFile(file, reload);
  };
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ThriftStartError(`TLS: can't read ${file}: ${(error as Error).message}`);
  }
}
