import { X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { TlsOptions } from 'node:tls';
import { ThriftStartError } from '../errors.js';

/** Where certificate and key are. The files are read again when they change, without a restart. */
export interface ThriftTlsOptions {
  /** Path of the certificate and its chain, PEM. */
  readonly certFile: string;
  /** Path of its key, PEM. */
  readonly keyFile: string;
  /** Path of the authorities that client certificates must come from, PEM. With it, they are required. */
  readonly caFile?: string;
  /** How often the files are looked at. Default 1,000. */
  readonly reloadIntervalMs?: number;
}

const DEFAULT_RELOAD_INTERVAL_MS = 1_000;

/** The contents of the files, as `node:tls` takes them. */
export interface TlsFiles extends TlsOptions {
  /** The certificate and its chain, PEM. */
  readonly cert: Buffer;
}

/** Reads the files. @throws ThriftStartError naming the file that can't be read. */
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
 * Passes on what the files hold whenever one changes. Certificate and key change one after the other: `take` throws until
 * they fit together, and the server keeps what it has.
 * @returns what ends the watch.
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
      report(`TLS: took over the changed ${files.join(', ')}`);
    } catch (error) {
      report(`TLS: keeps the certificate it has, since the changed one can't be used: ${(error as Error).message}`);
    }
  };
  // Looked at by their paths, since Kubernetes swaps a symbolic link: a watch on the file itself would miss that.
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
