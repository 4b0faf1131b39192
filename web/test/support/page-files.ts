import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The built page, as `npm run build -w web` lists it in assets.json. */
interface Assets {
  readonly html: string;
  readonly pages: readonly string[];
  readonly files: readonly {
    readonly path: string;
    readonly file: string;
    readonly contentType: string;
    readonly bytes: number;
    readonly etag: string;
    readonly immutable: boolean;
    readonly encodings: Readonly<Partial<Record<'br' | 'gzip', { readonly file: string; readonly bytes: number }>>>;
  }[];
}

const DIST = new URL('../../dist/', import.meta.url);

/** The policy of the gateway for the page. */
const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

export function readAssets(): Assets {
  return JSON.parse(readFileSync(new URL('assets.json', DIST), 'utf8')) as Assets;
}

/** The path of the script that contains a text; their names are hashes. */
export function pathOfScript(text: string): string {
  const found = readAssets().files.filter(
    ({ path, file }) => path.endsWith('.js') && readFileSync(new URL(file, DIST), 'utf8').includes(text),
  );
  const [script] = found;
  if (script === undefined || found.length > 1) throw new Error(`${String(found.length)} scripts contain ${text}`);
  return script.path;
}

/** Serves the built page as the gateway does. */
export class PageFiles {
  readonly #assets = readAssets();
  readonly #pages = this.#assets.pages.map((page) => new RegExp(`^${page.replace(/:[a-z]+/g, '[^/]+')}$`));

  /** Answers a request for a file or an address of the page. */
  answer(request: IncomingMessage, response: ServerResponse): void {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    const exact = this.#assets.files.find((file) => file.path === path);
    const file = exact ?? this.#assets.files.find((candidate) => candidate.path === this.#assets.html);
    if (file === undefined) throw new Error('index.html is missing: run `npm run build -w web`');
    const accepted = request.headers['accept-encoding'] ?? '';
    const encoding = (['br', 'gzip'] as const).find((name) => accepted.includes(name) && file.encodings[name]);
    const content = readFileSync(new URL((encoding && file.encodings[encoding]?.file) ?? file.file, DIST));
    const found = exact !== undefined || this.#pages.some((page) => page.test(path));
    if (path.startsWith('/assets/') && exact === undefined) {
      response.writeHead(404, PAGE_HEADERS).end();
      return;
    }
    response.writeHead(found ? 200 : 404, {
      ...PAGE_HEADERS,
      'content-type': file.contentType,
      'content-length': content.length,
      'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: file.etag,
      ...(encoding ? { 'content-encoding': encoding, vary: 'accept-encoding' } : {}),
    });
    response.end(content);
  }
}
