import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from './problem.js';

const DEVICE_MAX_AGE_S = 31_536_000;
const HOST_PREFIX = '__Host-';
const SESSION = 'tasks-session';
const DEVICE = 'tasks-device';

interface Cookies {
  readonly session: string | undefined;
  readonly device: string | undefined;
}

const NONE: Cookies = { session: undefined, device: undefined };

/**
 * The cookies of sessions and of known devices. Over https their names start with `__Host-`, which browsers accept only
 * over https and from this host.
 */
export class SessionCookies {
  readonly #isHttps: boolean;
  readonly #sessionName: string;
  readonly #deviceName: string;

  /** @param isHttps whether browsers reach the gateway by https. */
  constructor(isHttps: boolean) {
    const prefix = isHttps ? HOST_PREFIX : '';
    this.#isHttps = isHttps;
    this.#sessionName = prefix + SESSION;
    this.#deviceName = prefix + DEVICE;
  }

  /** @throws Problem `malformed-request` when there are two session cookies: one of them was injected. */
  read({ headers: { cookie } }: FastifyRequest): Cookies {
    if (cookie === undefined) return NONE;
    if (isRepeated(cookie, this.#sessionName)) {
      throw new Problem('malformed-request', 'There are two session cookies: delete the cookies of this site.');
    }
    const cookies = parseCookie(cookie);
    return { session: cookies[this.#sessionName], device: cookies[this.#deviceName] };
  }

  /** @param expires when the session ends at the latest. */
  setSession(reply: FastifyReply, token: string, expires: Date): void {
    this.#set(reply, this.#sessionName, token, Math.max(0, Math.floor((expires.getTime() - Date.now()) / 1_000)));
  }

  setDevice(reply: FastifyReply, token: string): void {
    this.#set(reply, this.#deviceName, token, DEVICE_MAX_AGE_S);
  }

  clearSession(reply: FastifyReply): void {
    this.#set(reply, this.#sessionName, '', 0);
  }

  #set(reply: FastifyReply, name: string, value: string, maxAge: number): void {
    const cookie = stringifySetCookie({
      name,
      value,
      maxAge,
      path: '/',
      httpOnly: true,
      secure: this.#isHttps,
      sameSite: 'lax',
    });
    // Fastify appends to `set-cookie`, unlike to other headers.
    void reply.header('set-cookie', cookie);
  }
}

function isRepeated(header: string, name: string): boolean {
  // The common case: skips the parser.
  if (header.indexOf(name) === header.lastIndexOf(name)) return false;
  return header.split(';').filter((pair) => pair.split('=', 1)[0]?.trim() === name).length > 1;
}
