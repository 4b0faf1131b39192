import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Logger } from '@tasks/service';
import { plainAddress } from './client.js';
import { bodyLimitOf, HTTP_LIMITS } from './http-limits.js';
import type { LargeBodies } from './large-bodies.js';
import { isAsset } from './page.js';
import { Problem } from './problem.js';
import type { RequestGate } from './request-gate.js';
import type { RequestLimits } from './request-limits.js';
import type { Headers } from './security-headers.js';

/** Processing of a request before routing. */
interface RequestHooks {
  readonly gate: RequestGate;
  readonly limits: RequestLimits;
  readonly largeBodies: LargeBodies;
  /** Headers of every answer that is no asset of the page. */
  readonly headers: Headers;
  /** Whether forwarding headers are trusted for any proxy. */
  readonly isProxyTrusted: boolean;
  readonly log: Logger;
}

/** All methods that routes may have. Missing ones of a route are answered with 405, all others with 501. */
const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'];
const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);

/** Headers that make a request ambiguous when repeated. */
const SINGLE_HEADERS: ReadonlySet<string> = new Set(['host', 'authorization', 'content-type']);
const SINGLE_LENGTHS: ReadonlySet<number> = new Set([...SINGLE_HEADERS].map(({ length }) => length));
const NOT_IN_URL = /[^\x21-\x7e]/;
/** Letters, digits and `-._~`, percent-encoded. */
const ENCODED_UNRESERVED = /%(?:2[de]|3\d|4[1-9a-f]|5[\daf]|6[1-9a-f]|7[\dae])/i;

/** Adds the headers to every answer, and rejects requests for another server, and floods. */
export function installRequestHooks(fastify: FastifyInstance, hooks: RequestHooks): void {
  const { gate, limits, largeBodies, headers, isProxyTrusted, log } = hooks;
  let isWarned = isProxyTrusted;
  fastify.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    // The strict ones: an asset replaces them by its own.
    void reply.headers(headers);
    if (!isWarned && request.headers['x-forwarded-for'] !== undefined) {
      isWarned = true;
      log.warn(
        { address: plainAddress(request.ip) },
        'X-Forwarded-For has no effect: name the networks of your proxies in TRUSTED_PROXIES if it came from one',
      );
    }
    // Before all checks: rejected requests count too.
    await limits.countAddress(plainAddress(request.ip));
    // By the matched route, not by the address: whatever is no asset is closed to other sites. Without a route there
    // is nothing to protect, and a link to a missing page shows the page.
    const isOpen = isAsset(request) || request.is404;
    checkForm(request, isOpen);
    gate.checkHost(request);
    if (request.headers.authorization === undefined) {
      gate.checkSite(request, isOpen, request.headers.cookie !== undefined);
    }
    if (mayHaveLargeBody(request)) reply.raw.once('close', largeBodies.begin(plainAddress(request.ip)));
  });
}

/** Without a length the body may have any. */
function mayHaveLargeBody({ headers, routeOptions }: FastifyRequest): boolean {
  if (bodyLimitOf(routeOptions.url ?? '') <= HTTP_LIMITS.taskBytes) return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > HTTP_LIMITS.taskBytes;
}

function checkForm({ method, url, headers, raw }: FastifyRequest, isOpen: boolean): void {
  if (!KNOWN_METHODS.has(method)) throw new Problem('not-implemented', 'This server has no resource with that method.');
  if (url.length > HTTP_LIMITS.urlBytes) {
    throw new Problem('uri-too-long', `Path and query may have at most ${String(HTTP_LIMITS.urlBytes)} bytes.`);
  }
  if (url.includes('#')) throw new Problem('malformed-request', 'The target of a request has no fragment (#).');
  checkPath(url);
  // Others add parameters of their own to links.
  if (!isOpen) checkQuery(url);
  checkRepeated(raw.rawHeaders);
  checkCodings(headers);
}

/** The router decodes them, while a rule of a proxy may see another path. */
function checkPath(url: string): void {
  const [path = ''] = url.split('?', 1);
  if (ENCODED_UNRESERVED.test(path)) {
    throw new Problem('malformed-request', 'The path has an encoded letter, digit, -, ., _ or ~: send it as it is.');
  }
}

/** Other bytes would be decoded to other characters than the client meant. */
function checkQuery(url: string): void {
  const start = url.indexOf('?');
  if (start < 0) return;
  const query = url.slice(start);
  if (NOT_IN_URL.test(query) || !isDecodable(query)) {
    throw new Problem('malformed-request', 'The query must be UTF-8, percent-encoded where it is not ASCII.');
  }
}

function isDecodable(text: string): boolean {
  if (!text.includes('%')) return true;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Node keeps the first one, others the last one: a proxy may have checked another than this server uses. */
function checkRepeated(rawHeaders: readonly string[]): void {
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    if (!SINGLE_LENGTHS.has(name.length)) continue;
    const lower = name.toLowerCase();
    if (!SINGLE_HEADERS.has(lower)) continue;
    if (seen.has(lower)) throw new Problem('malformed-request', `The request has more than one ${name} header.`);
    seen.add(lower);
  }
}

function checkCodings({ 'transfer-encoding': transfer, 'content-encoding': content }: FastifyRequest['headers']): void {
  if (transfer !== undefined && transfer.toLowerCase() !== 'chunked') {
    throw new Problem('not-implemented', 'The only transfer coding is chunked.', { headers: { connection: 'close' } });
  }
  if (content !== undefined && content.toLowerCase() !== 'identity') {
    throw new Problem('unsupported-media-type', 'Bodies are not compressed here: leave Content-Encoding out.', {
      headers: { 'accept-encoding': 'identity' },
    });
  }
}

/** Collects the methods of each path at registration. */
export class RouteMethods {
  readonly #methods = new Map<string, Set<string>>();

  /** @param fastify before any route is registered. */
  constructor(fastify: FastifyInstance) {
    fastify.addHook('onRoute', ({ url, method }) => {
      const methods = this.#methods.get(url) ?? new Set();
      for (const one of [method].flat()) methods.add(one);
      this.#methods.set(url, methods);
    });
  }

  /** All paths, parameters as `:id`. */
  get paths(): string[] {
    return [...this.#methods.keys()];
  }

  /** Answers all other methods of the paths so far with 405. */
  rejectOthers(fastify: FastifyInstance): void {
    for (const [url, methods] of [...this.#methods]) {
      const headers = { allow: [...methods].sort().join(', ') };
      const problemOf = ({ method }: FastifyRequest): Problem =>
        new Problem('method-not-allowed', `There is no ${method} here, only ${headers.allow}.`, { headers });
      fastify.route({
        url,
        method: METHODS.filter((method) => !methods.has(method)),
        // Before the body is read.
        onRequest: (request, _reply, done) => {
          done(problemOf(request));
        },
        handler: (request) => {
          throw problemOf(request);
        },
      });
    }
  }
}
