import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Logger } from '@tasks/service';
import { isApi } from './api-path.js';
import { plainAddress } from './client.js';
import { HTTP_LIMITS } from './http-adapter.js';
import { Problem } from './problem.js';
import type { RequestGate } from './request-gate.js';
import type { RequestLimits } from './request-limits.js';
import type { Headers } from './security-headers.js';

/** What is done with a request before it is routed. */
export interface RequestHooks {
  readonly gate: RequestGate;
  readonly limits: RequestLimits;
  readonly headers: { readonly api: Headers; readonly page: Headers };
  /** Whether the forwarding headers of any proxy count. */
  readonly isProxyTrusted: boolean;
  readonly log: Logger;
}

/** Every method that a route may have. Those that a route lacks are answered with 405, all others with 501. */
const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'];
const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);

/** Puts the headers on every answer, and rejects requests for another server, and floods. */
export function installRequestHooks(fastify: FastifyInstance, hooks: RequestHooks): void {
  const { gate, limits, headers, isProxyTrusted, log } = hooks;
  let isWarned = isProxyTrusted;
  fastify.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const isForApi = isApi(request);
    void reply.headers(isForApi ? headers.api : headers.page);
    if (!isWarned && request.headers['x-forwarded-for'] !== undefined) {
      isWarned = true;
      log.warn(
        { address: plainAddress(request.ip) },
        'X-Forwarded-For has no effect: name the networks of your proxies in TRUSTED_PROXIES if it came from one',
      );
    }
    // Before all checks: requests that they reject count too.
    await limits.countAddress(plainAddress(request.ip));
    checkForm(request);
    gate.checkHost(request);
    if (request.headers.authorization === undefined) {
      gate.checkSite(request, isForApi, request.headers.cookie !== undefined);
    }
  });
}

function checkForm({ method, url }: FastifyRequest): void {
  if (!KNOWN_METHODS.has(method)) throw new Problem('not-implemented', 'This server has no resource with that method.');
  if (url.length > HTTP_LIMITS.urlBytes) {
    throw new Problem('uri-too-long', `Path and query may have at most ${String(HTTP_LIMITS.urlBytes)} bytes.`);
  }
}

/** The methods of each path, as they are registered. */
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
        // Before a body is looked at.
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
