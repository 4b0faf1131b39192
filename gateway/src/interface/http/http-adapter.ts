import { STATUS_CODES, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { compile as trustOf } from '@fastify/proxy-addr';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { HttpConnections } from '@tasks/service/http';
import { networkOf } from '@tasks/service/network';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { tidyForwardedFor } from './forwarded-for.js';
import { bodyLimitOf, HTTP_LIMITS, takesText, TEXT_TYPES } from './http-limits.js';
import { Problem, PROBLEM_MEDIA_TYPE } from './problem.js';
import { toProblem } from './to-problem.js';
import type { Headers } from './security-headers.js';

interface HttpAdapterOptions {
  readonly maxConnections: number;
  /** Addresses and networks with trusted forwarding headers. */
  readonly trustedProxies: readonly string[];
  /** The headers of every answer of the API. */
  readonly headers: Headers;
}

/** The HTTP server. Everything that a client can use is bounded, and rejections are problem details. */
export function createHttpAdapter({ maxConnections, trustedProxies, headers }: HttpAdapterOptions): FastifyAdapter {
  const isTrustedProxy = trustOf([...trustedProxies]);
  const adapter = new FastifyAdapter({
    bodyLimit: HTTP_LIMITS.bodyBytes,
    trustProxy: trustedProxies.length > 0 && isTrustedProxy,
    forceCloseConnections: 'idle',
    rewriteUrl: ({ url = '/' }) => toPath(url),
    routerOptions: { maxParamLength: HTTP_LIMITS.pathParameterLength },
    serverFactory: (handle: RequestListener) => {
      const networkOfClient = (address: string) => (isTrustedProxy(address, 0) ? undefined : networkOf(address));
      const options = {
        headersTimeout: HTTP_LIMITS.headersTimeoutMs,
        requestTimeout: HTTP_LIMITS.requestTimeoutMs,
        keepAliveTimeout: HTTP_LIMITS.keepAliveTimeoutMs,
        maxHeaderSize: HTTP_LIMITS.headerBytes,
        connectionsCheckingInterval: HTTP_LIMITS.checkIntervalMs,
        // The gate answers a request without a host with a problem.
        requireHostHeader: false,
      };
      const connections = new HttpConnections({ maxConnections, networkOf: networkOfClient });
      return connections.createServer(options, handle).setTimeout(HTTP_LIMITS.stallTimeoutMs);
    },
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      const problem = toProblem(error);
      const body = problem.toBody();
      void reply.code(body.status).headers(headers).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(body));
    },
    clientErrorHandler: (error, socket) => {
      answerBadRequest(error, socket, headers);
    },
  });
  const server: Server = adapter.getHttpServer();
  if (trustedProxies.length > 0) {
    server.prependListener('request', ({ headers: received }: IncomingMessage) => {
      tidyForwardedFor(received);
    });
  }
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const body = new Problem('expectation-failed', 'The only supported expectation is 100-continue.').toBody();
    const text = JSON.stringify(body);
    response.writeHead(body.status, problemHeaders(headers, text)).end(text);
  });
  const fastify = adapter.getInstance();
  fastify.addHook('onRoute', (route) => {
    route.bodyLimit = bodyLimitOf(route.url);
  });
  acceptJson(fastify);
  acceptText(fastify);
  return adapter;
}

const ORIGIN = /^https?:\/\/[^/?#]*/i;

/**
 * The path and query of a request target that names scheme and host as well (RFC 9112, absolute-form). Other forms, such as
 * the `*` of OPTIONS, become a path too: the router answers what is none before any hook.
 */
function toPath(target: string): string {
  if (target.startsWith('/')) return target;
  const path = target.replace(ORIGIN, '');
  return path.startsWith('/') ? path : `/${path}`;
}

/** Errors of Node's parser, before a request exists. */
function answerBadRequest(error: NodeJS.ErrnoException, socket: Socket, headers: Headers): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const body = problemOfParser(error.code).toBody();
  const text = JSON.stringify(body);
  const head = Object.entries(problemHeaders(headers, text)).map(([name, value]) => `${name}: ${value}\r\n`);
  if (socket.writable) {
    socket.write(`HTTP/1.1 ${String(body.status)} ${STATUS_CODES[body.status] ?? ''}\r\n${head.join('')}\r\n${text}`);
  }
  socket.destroySoon();
}

/** Headers of an answer after which the connection closes. */
function problemHeaders(headers: Headers, text: string): Headers {
  return {
    ...headers,
    'content-type': PROBLEM_MEDIA_TYPE,
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  };
}

function problemOfParser(code: string | undefined): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new Problem('request-timeout', 'The request did not arrive within its time limit.');
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new Problem(
      'headers-too-large',
      `All headers together may have at most ${String(HTTP_LIMITS.headerBytes)} bytes.`,
    );
  }
  return new Problem('malformed-request', 'This is not a valid HTTP/1.1 request.');
}

const MERGE_PATCH = 'application/merge-patch+json';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bodies are JSON in valid UTF-8, and merge patches for PATCH. */
function acceptJson(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>(
    ['application/json', MERGE_PATCH],
    { parseAs: 'buffer' },
    (request, body, done) => {
      if (request.method !== 'PATCH' && request.headers['content-type']?.startsWith(MERGE_PATCH) === true) {
        done(new Problem('unsupported-media-type', 'A merge patch goes with PATCH only: send application/json.'));
        return;
      }
      if (!isUtf8(request.headers['content-type'])) {
        done(new Problem('unsupported-media-type', 'Bodies are UTF-8: leave the charset out.'));
        return;
      }
      // Some clients name a type without sending a body; the schemas check whether one is needed.
      if (body.length === 0) {
        done(null, undefined);
        return;
      }
      let text: string;
      try {
        text = decoder.decode(body);
      } catch {
        done(new Problem('malformed-request', 'The body is not valid UTF-8.'));
        return;
      }
      void parseJson(request, text, (error, value) => {
        done(error === null ? null : jsonProblem(text), value);
      });
    },
  );
}

/** Where a route takes texts. */
function acceptText(fastify: FastifyInstance): void {
  fastify.addContentTypeParser<Buffer>(TEXT_TYPES, { parseAs: 'buffer' }, ({ headers, routeOptions }, body, done) => {
    if (!takesText(routeOptions.url ?? '')) {
      done(new Problem('unsupported-media-type', 'Send JSON in UTF-8, with content-type: application/json.'));
      return;
    }
    if (!isUtf8(headers['content-type'])) {
      done(new Problem('unsupported-media-type', 'Bodies are UTF-8: leave the charset out.'));
      return;
    }
    try {
      done(null, decoder.decode(body));
    } catch {
      done(new Problem('malformed-request', 'The body is not valid UTF-8.'));
    }
  });
}

/** Fastify reports neither the position nor which rule is broken: the text is parsed once more. */
function jsonProblem(text: string): Problem {
  // Fastify's parser skips a byte order mark, JSON.parse does not.
  const json = text.replace(/^\uFEFF/, '');
  if (json.trim() === '') return new Problem('malformed-request', 'The body is empty.');
  try {
    JSON.parse(json);
  } catch (error) {
    const [at = ''] = / at position \d+/.exec(String(error)) ?? [];
    return new Problem('malformed-request', `The body is not valid JSON${at}.`);
  }
  return new Problem(
    'malformed-request',
    'The body has a member that is not allowed: __proto__ or constructor.prototype.',
  );
}

const CHARSET = /;\s*charset\s*=\s*("?)([^\s";]*)\1/gi;

/** Whether a media type has no charset other than UTF-8. */
function isUtf8(contentType = ''): boolean {
  return [...contentType.matchAll(CHARSET)].every(([, , charset]) => /^utf-?8$/i.test(charset ?? ''));
}
