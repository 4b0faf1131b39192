import { readFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { matchesWeakly } from './conditional.js';
import type { Headers } from './security-headers.js';
import { sendProblem, toProblem } from './to-problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route serves a file of the page, the same for everybody. */
    isAsset?: true;
  }
}

/** Whether the matched route serves a file of the page. */
export function isAsset({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.isAsset === true;
}

/** `assets.json`: the build's description of the page's files. */
interface AssetList {
  /** The path of the document. */
  readonly html: string;
  /** Further paths that return the document. */
  readonly pages: readonly string[];
  readonly files: readonly AssetEntry[];
}

interface AssetEntry {
  readonly path: string;
  /** Its file, relative to `assets.json`. */
  readonly file: string;
  readonly contentType: string;
  readonly etag: string;
  /** Whether the content of this path never changes. */
  readonly immutable: boolean;
  readonly encodings: Readonly<Partial<Record<Encoding, { readonly file: string }>>>;
}

/** Encodings, preferred first. */
const ENCODINGS = ['br', 'gzip'] as const;
type Encoding = (typeof ENCODINGS)[number];

interface Representation {
  readonly content: Buffer;
  readonly etag: string;
  readonly encoding: Encoding | undefined;
}

interface Asset {
  readonly contentType: string;
  readonly cacheControl: string;
  /** Representations, preferred first; the last one is not encoded. */
  readonly representations: readonly Representation[];
}

const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_FIRST = 'no-cache';
const NOT_MODIFIED = 304;
const NOT_FOUND = 404;

/** The files of the page, held in memory. */
export class Page {
  readonly #assets: ReadonlyMap<string, Asset>;
  readonly #document: Asset;
  readonly #headers: Headers;

  private constructor(assets: ReadonlyMap<string, Asset>, document: Asset, headers: Headers) {
    this.#assets = assets;
    this.#document = document;
    this.#headers = headers;
  }

  /** Reads the built page from a folder. Rejects if it was not built. @param headers of every file. */
  static async load(folder: URL, headers: Headers): Promise<Page> {
    const list = JSON.parse(await readFile(new URL('assets.json', folder), 'utf8')) as AssetList;
    const assets = new Map(
      await Promise.all(list.files.map(async (entry) => [entry.path, await loadAsset(entry, folder)] as const)),
    );
    const document = assets.get(list.html);
    if (document === undefined) throw new Error(`${folder.href}assets.json lists no ${list.html}`);
    for (const path of list.pages) assets.set(path, document);
    return new Page(assets, document, headers);
  }

  /** Adds a route for each file. */
  register(fastify: FastifyInstance): void {
    for (const [url, asset] of this.#assets) {
      fastify.get(url, { errorHandler, config: { isAsset: true } }, (request, reply) => {
        send(asset, request, reply.headers(this.#headers));
      });
    }
  }

  /** Answers a browser's request for a missing page. @returns whether it did. */
  answerUnknown(request: FastifyRequest, reply: FastifyReply): boolean {
    const isAsked = request.method === 'GET' && request.headers.accept?.includes('text/html') === true;
    if (isAsked) send(this.#document, request, reply.headers(this.#headers).status(NOT_FOUND));
    return isAsked;
  }
}

/** Nest's filter only handles the errors of its own routes. */
function errorHandler(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error);
  sendProblem(reply, problem, problem.toBody());
}

async function loadAsset(entry: AssetEntry, folder: URL): Promise<Asset> {
  const { file, contentType, etag, immutable, encodings } = entry;
  const encoded = ENCODINGS.flatMap((encoding) => {
    const encodedFile = encodings[encoding]?.file;
    return encodedFile === undefined
      ? []
      : [{ file: encodedFile, encoding, etag: etag.replace(/"$/, `-${encoding}"`) }];
  });
  return {
    contentType,
    cacheControl: immutable ? FOR_EVER : ASK_FIRST,
    representations: await Promise.all(
      [...encoded, { file, encoding: undefined, etag }].map(async ({ file: name, ...rest }) => ({
        ...rest,
        content: await readFile(new URL(name, folder)),
      })),
    ),
  };
}

function send(
  { contentType, cacheControl, representations }: Asset,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const accepted = request.headers['accept-encoding'];
  const chosen = representations.find(({ encoding }) => encoding === undefined || accepts(accepted, encoding));
  if (chosen === undefined) throw new Error('An asset has a representation without encoding');
  void reply.headers({ 'cache-control': cacheControl, etag: chosen.etag, vary: 'accept-encoding' });
  const known = request.headers['if-none-match'];
  if (known !== undefined && reply.statusCode !== NOT_FOUND && matchesWeakly(known, chosen.etag)) {
    void reply.status(NOT_MODIFIED).send();
    return;
  }
  if (chosen.encoding !== undefined) void reply.header('content-encoding', chosen.encoding);
  void reply.type(contentType).send(chosen.content);
}

function accepts(header: string | undefined, encoding: Encoding): boolean {
  return (header ?? '').split(',').some((part) => {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    return name === encoding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
