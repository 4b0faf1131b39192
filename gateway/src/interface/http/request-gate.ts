import type { FastifyRequest } from 'fastify';
import { isIP } from 'node:net';
import { Problem } from './problem.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const LOCAL_NAMES = new Set(['localhost']);

/** A host as sent by a client. */
const HOST = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<name>[\w.-]+))(?::\d{1,5})?$/i;

/**
 * Rejects requests for another host or from another site, before any other processing.
 *
 * - Host: with a public address only its host; without one `localhost` and IP literals, since DNS cannot be made to
 *   point those names at this server.
 * - Other sites (CSRF): `Sec-Fetch-Site` decides where a browser sends it, otherwise `Origin`.
 */
export class RequestGate {
  readonly #publicUrl: URL | undefined;
  readonly #publicHosts: ReadonlySet<string>;

  /** @param publicUrl the address that browsers use, if one is configured. */
  constructor(publicUrl: URL | undefined) {
    this.#publicUrl = publicUrl;
    this.#publicHosts = publicUrl === undefined ? new Set() : hostsOf(publicUrl);
  }

  /** @throws Problem `malformed-request` or `wrong-host`. */
  checkHost(request: FastifyRequest): void {
    const { host } = request;
    if (typeof host !== 'string' || host === '') {
      throw new Problem('malformed-request', 'The request needs a Host header.');
    }
    checkTarget(request);
    if (this.#publicUrl !== undefined) {
      if (this.#publicHosts.has(host.toLowerCase())) return;
      throw new Problem('wrong-host', `This server is ${this.#publicUrl.origin} (PUBLIC_URL).`);
    }
    const { v6, name = '' } = HOST.exec(host)?.groups ?? {};
    if (isIP(v6 ?? name) !== 0 || LOCAL_NAMES.has(name.toLowerCase())) return;
    throw new Problem(
      'wrong-host',
      'Without PUBLIC_URL this server answers to localhost and to IP addresses only. ' +
        'Set PUBLIC_URL to the address that browsers use.',
    );
  }

  /**
   * @param isOpen whether other sites may link to it and show it: an asset of the page. They may not even read the rest.
   * @param hasCookie whether it carries a cookie of this service.
   * @throws Problem `cross-site`.
   */
  checkSite(request: FastifyRequest, isOpen: boolean, hasCookie: boolean): void {
    const { headers, method } = request;
    const isSafe = SAFE_METHODS.has(method);
    if (isSafe && isOpen) return;
    const site = headers['sec-fetch-site'];
    if (site !== undefined) {
      if (site === 'same-origin' || site === 'none') return;
      throw this.#crossSite(`Sec-Fetch-Site is ${JSON.stringify(site)}.`);
    }
    const { origin } = headers;
    if (origin !== undefined) {
      if (origin === this.#ownOrigin(request)) return;
      throw this.#crossSite(`Origin is ${JSON.stringify(origin)}, and this server is ${this.#ownOrigin(request)}.`);
    }
    if (isSafe || !hasCookie) return;
    throw this.#crossSite('A request with a cookie needs a Sec-Fetch-Site or an Origin header.');
  }

  #ownOrigin({ protocol, host }: FastifyRequest): string {
    return this.#publicUrl?.origin ?? `${protocol}://${host}`;
  }

  #crossSite(reason: string): Problem {
    const advice =
      this.#publicUrl === undefined
        ? 'If this is your own page behind a proxy, set PUBLIC_URL to the address that browsers use.'
        : `PUBLIC_URL is ${this.#publicUrl.origin}: browsers must use that address.`;
    return new Problem('cross-site', `${reason} ${advice}`);
  }
}

/** Clients may add the default port to a host. */
function hostsOf({ host, hostname, protocol, port }: URL): ReadonlySet<string> {
  return new Set(port === '' ? [host, `${hostname}:${protocol === 'https:' ? '443' : '80'}`] : [host]);
}

/** A target with a host must match the Host header. */
function checkTarget({ originalUrl, headers: { host = '' } }: FastifyRequest): void {
  if (originalUrl.startsWith('/') || !/^https?:/i.test(originalUrl)) return;
  const target = URL.canParse(originalUrl) ? new URL(originalUrl) : undefined;
  if (target === undefined || !hostsOf(target).has(host.toLowerCase())) {
    throw new Problem('malformed-request', 'The target of the request names another host than its Host header.');
  }
}
