import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Authenticate } from '../../application/accounts/authenticate.js';
import { AccountError } from '../../domain/account.errors.js';
import { hasScope, type Principal } from '../../domain/principal.js';
import { CHALLENGE, notLoggedIn } from './application-problems.js';
import { operationOf, type Access } from './operation.js';
import { setAuthentication } from './principal.js';
import { Problem } from './problem.js';
import type { RequestLimits } from './request-limits.js';
import type { SessionCookies } from './session-cookies.js';

const BEARER = /^Bearer ([\w.~+/-]+=*)$/i;
/** Header with the account that the client assumes to be logged in. */
const ACCOUNT_HEADER = 'tasks-account';

/** Authenticates a request and checks whether it is permitted. A route without access rule is closed. */
export class AccessGuard implements CanActivate {
  readonly #authenticate: Authenticate;
  readonly #cookies: SessionCookies;
  readonly #limits: RequestLimits;

  constructor(authenticate: Authenticate, cookies: SessionCookies, limits: RequestLimits) {
    this.#authenticate = authenticate;
    this.#cookies = cookies;
    this.#limits = limits;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const operation = operationOf(context.getHandler());
    if (operation === undefined) throw new Error(`${context.getHandler().name} has no @Operation`);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { session } = this.#cookies.read(request);
    const { authorization } = request.headers;
    if (session !== undefined && authorization !== undefined) {
      throw new Problem('two-credentials', 'Send either the session cookie or a bearer token.');
    }
    if (operation.access === 'public') return true;
    const repeat = (): Promise<Principal> => this.#principal(session, authorization);
    const principal = await repeat();
    await this.#limits.countAccount(principal.accountId);
    checkAccount(request, principal);
    checkAccess(operation.access, principal);
    setAuthentication(request, { principal, repeat });
    return true;
  }

  async #principal(session: string | undefined, authorization: string | undefined): Promise<Principal> {
    if (authorization !== undefined) return this.#byToken(authorization);
    if (session === undefined) throw notLoggedIn();
    return this.#authenticate.bySession(session);
  }

  async #byToken(authorization: string): Promise<Principal> {
    const token = BEARER.exec(authorization)?.[1];
    try {
      if (token !== undefined) return await this.#authenticate.byAccessToken(token);
    } catch (error) {
      if (!(error instanceof AccountError) || error.code !== 'UNAUTHENTICATED') throw error;
    }
    throw new Problem('invalid-token', 'The token is unknown, expired or revoked.', {
      headers: { 'www-authenticate': `${CHALLENGE}, error="invalid_token"` },
    });
  }
}

function checkAccount({ headers }: FastifyRequest, { accountId }: Principal): void {
  const expected = headers[ACCOUNT_HEADER];
  if (expected !== undefined && expected !== accountId) {
    throw new Problem('account-changed', 'Another account is logged in than the one named by Tasks-Account.');
  }
}

function checkAccess(access: Exclude<Access, 'public'>, principal: Principal): void {
  if (access === 'session') {
    if (principal.via === 'token') throw new Problem('token-not-allowed', 'Log in with the password for this.');
  } else if (!hasScope(principal, access)) {
    throw new Problem('scope-missing', `The token needs the scope ${access}.`, {
      headers: { 'www-authenticate': `${CHALLENGE}, error="insufficient_scope", scope="${access}"` },
    });
  }
}
