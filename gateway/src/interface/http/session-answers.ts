import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Origin } from '../../application/accounts/account-ports.js';
import type { IssuedSession } from '../../application/accounts/session-issuer.js';
import { plainAddress } from './client.js';
import type { SessionCookies } from './session-cookies.js';

/** Origin of a request, for use cases that begin a session. */
export function originOf(request: FastifyRequest, cookies: SessionCookies): Origin {
  const { device, session } = cookies.read(request);
  return {
    address: plainAddress(request.ip),
    userAgent: request.headers['user-agent'] ?? '',
    deviceToken: device,
    sessionToken: session,
  };
}

/** Sets the cookies of a session that began or got a new token. */
export function setSessionCookies(
  reply: FastifyReply,
  cookies: SessionCookies,
  { session, sessionToken, newDevice }: IssuedSession,
): void {
  cookies.setSession(reply, sessionToken, session.endsOn);
  if (newDevice !== undefined) cookies.setDevice(reply, newDevice.deviceToken);
}

/** Deletes the browser's session and the page's stored data; the cookies of known devices are kept. */
export function clearSession(reply: FastifyReply, cookies: SessionCookies): void {
  cookies.clearSession(reply);
  void reply.header('clear-site-data', '"storage"');
}
