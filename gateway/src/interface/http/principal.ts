import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal, SessionPrincipal } from '../../domain/principal.js';

/** The principal of a request, and a way to authenticate it again. */
export interface Authentication {
  readonly principal: Principal;
  /** Rejects with AccountError or Problem once the session or token has ended. */
  readonly repeat: () => Promise<Principal>;
}

const AUTHENTICATION = Symbol('authentication');

interface AuthenticatedRequest extends FastifyRequest {
  [AUTHENTICATION]?: Authentication;
}

export function setAuthentication(request: FastifyRequest, authentication: Authentication): void {
  (request as AuthenticatedRequest)[AUTHENTICATION] = authentication;
}

/** Parameter decorator: the session or token of the request. */
export const CurrentPrincipal = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Principal => requireAuthentication(context).principal,
);

/** Parameter decorator: the session or token of the request, and a way to check it again. */
export const CurrentAuthentication = createParamDecorator((_data: unknown, context: ExecutionContext): Authentication =>
  requireAuthentication(context),
);

/** Parameter decorator: the session of the request; for operations with the access `session`. */
export const CurrentSession = createParamDecorator((_data: unknown, context: ExecutionContext): SessionPrincipal => {
  const { principal } = requireAuthentication(context);
  if (principal.via !== 'session') throw new Error('The operation is open to tokens: use CurrentAuthentication');
  return principal;
});

function requireAuthentication(context: ExecutionContext): Authentication {
  const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
  const authentication = request[AUTHENTICATION];
  if (authentication === undefined) throw new Error('The operation is public: the request has no principal');
  return authentication;
}
