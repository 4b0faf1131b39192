import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type ConnectionOptions } from 'node:tls';
import { ThriftStartError } from '../errors.js';

/** Options of `tls.connect`, with paths in place of contents where files may change. */
export interface ThriftClientTlsOptions extends ConnectionOptions {
  /** Path of the authorities to trust, PEM. */
  readonly caFile?: string;
  /** Path of the client's certificate chain, PEM. New connections use a changed file without a restart. */
  readonly certFile?: string;
  /** Path of its private key, PEM. */
  readonly keyFile?: string;
}

/** The TLS options of new connections. The files are read for each: that is seldom, and needs no watch. */
export class ClientTls {
  readonly #given: ThriftClientTlsOptions;
  readonly #report: (message: string) => void;
  #files: TlsFiles;
  #usable: ConnectionOptions;
  #problem = '';

  /** @throws ThriftStartError naming an unreadable file, or for a key of another certificate. */
  constructor(given: ThriftClientTlsOptions, report: (message: string) => void) {
    this.#given = given;
    this.#report = report;
    try {
      this.#files = readFiles(given);
      this.#usable = withContext(given, this.#files);
    } catch (error) {
      throw new ThriftStartError(`TLS: ${(error as Error).message}`);
    }
  }

  /** When the certificate of new connections expires, not counting its chain; undefined without one. */
  get certificateExpiry(): Date | undefined {
    const { cert } = this.current();
    const pem = Array.isArray(cert) ? cert[0] : cert;
    return pem === undefined ? undefined : new Date(new X509Certificate(pem).validTo);
  }

  /** Returns the options with the current files, or with the previous ones while a new certificate and key don't match. */
  current(): ConnectionOptions {
    try {
      const files = readFiles(this.#given);
      if (FILES.every((name) => files[name] === this.#files[name])) return this.#usable;
      this.#usable = withContext(this.#given, files);
      this.#files = files;
      this.#problem = '';
      this.#report('TLS: reloaded the changed files');
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.#problem) this.#report(`TLS: keeping the previous certificate: ${message}`);
      this.#problem = message;
    }
    return this.#usable;
  }
}

const FILES = ['ca', 'cert', 'key'] as const;

/** The contents of the files that are given. */
type TlsFiles = { readonly [name in (typeof FILES)[number]]?: string };

function readFiles({ caFile, certFile, keyFile }: ThriftClientTlsOptions): TlsFiles {
  return {
    ...(caFile !== undefined && { ca: readFileSync(caFile, 'latin1') }),
    ...(certFile !== undefined && { cert: readFileSync(certFile, 'latin1') }),
    ...(keyFile !== undefined && { key: readFileSync(keyFile, 'latin1') }),
  };
}

/** @throws Error for a key of another certificate. */
function withContext(given: ThriftClientTlsOptions, files: TlsFiles): ConnectionOptions {
  const options = { ...given, ...files };
  return Object.keys(files).length === 0 ? options : { ...options, secureContext: createSecureContext(options) };
}
