import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An authority and certificates signed by it for `localhost`, in a temporary folder; made by `openssl`. */
export class Certificates {
  readonly folder = mkdtempSync(join(tmpdir(), 'tasks-tls-'));
  readonly caFile = join(this.folder, 'ca.pem');
  private readonly caKeyFile = join(this.folder, 'ca-key.pem');

  constructor() {
    const subject = ['-subj', '/CN=Test authority', '-days', '2'];
    this.openssl('req', '-x509', ...NEW_KEY, '-keyout', this.caKeyFile, '-out', this.caFile, ...subject);
  }

  /** Creates a certificate for that name, under these file names; replaces existing files, the key last. */
  issue(commonName: string, name: string, { days = 2 } = {}): { certFile: string; keyFile: string } {
    const files = { certFile: join(this.folder, `${name}.pem`), keyFile: join(this.folder, `${name}-key.pem`) };
    const [request, key, cert] = ['request', 'new-key', 'new'].map((part) =>
      join(this.folder, `${name}-${part}.tmp`),
    ) as [string, string, string];
    const extensions = join(this.folder, 'extensions.tmp');
    writeFileSync(extensions, 'subjectAltName=DNS:localhost,IP:127.0.0.1');
    this.openssl('req', ...NEW_KEY, '-keyout', key, '-out', request, '-subj', `/CN=${commonName}`);
    const by = [
      '-CA',
      this.caFile,
      '-CAkey',
      this.caKeyFile,
      '-CAcreateserial',
      '-days',
      String(days),
      '-extfile',
      extensions,
    ];
    this.openssl('x509', '-req', '-in', request, '-out', cert, ...by);
    execFileSync('mv', [cert, files.certFile]);
    execFileSync('mv', [key, files.keyFile]);
    return files;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { stdio: 'pipe' });
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
