import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal, SessionPrincipal } from '../../domain/principal.js';

/** Who makes a request, and how to find out again. */
export interface Authentication {
  readonly principal: Principal;
  /** Rejects with AccountError or Problem once the session or token has ended. */
  readonly repeat: () => Promise<Principal>;
}

const AUTHENTICATION = Symbol('authentication');

interface AuthenticatedRequest extends FastifyRequest {
  [AUTHENTICATION]?: Authentication;
}

/** Notes who makes the request. */
export function setAuthentication(request: FastifyRequest, authentication: Authentication): void {
  (request as AuthenticatedRequest)[AUTHENTICATION] = authentication;
}

/** The id of the account on whose behalf the request is made. */
export const CurrentAccount = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string => requireAuthentication(context).principal.accountId,
);

/** Who makes the request, by session or by token, and how to find out again. */
export const CurrentAuthentication = createParamDecorator((_data: unknown, context: ExecutionContext): Authentication =>
  requireAuthentication(context),
);

/** The session by which the request is made; for operations with the access `session`. */
export const CurrentSession = createParamDecorator((_data: unknown, context: ExecutionContext): SessionPrincipal => {
  const { principal } = requireAuthentication(context);
  if (principal.via !== 'session') throw new Error('The operation is open to tokens: use CurrentAuthentication');
  return principal;
});

function requireAuthentication(context: ExecutionContext): Authentication {
  const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
  const authentication = request[AUTHENTICATION];
  if (authentication === undefined) throw new Error('The operation is public: nobody is known to make the request');
  return authentication;
}
