import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Confirm } from '../../application/accounts/change-credentials.js';
import { LogIn } from '../../application/accounts/log-in.js';
import { Recover } from '../../application/accounts/recover.js';
import { LogOut } from '../../application/accounts/sessions.js';
import { SignUp } from '../../application/accounts/sign-up.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import { toAccountBody, toAccountRulesBody, toWhoAmIBody } from './account-bodies.js';
import {
  AccountRulesBody,
  LoggedInBody,
  LogInBody,
  PasswordBody,
  RecoveryBody,
  SignedUpBody,
  SignUpBody,
  WhoAmIBody,
} from './accounts.schemas.js';
import { CurrentClient, type Client } from './client.js';
import { Operation } from './operation.js';
import { CurrentSession } from './principal.js';
import { clearSession, originOf, setSessionCookies } from './session-answers.js';
import { SessionCookies } from './session-cookies.js';

const COOKIES = { 'set-cookie': 'The cookies of the session and of the device.' };

/** Signing up, logging in and out. */
@Controller()
export class SessionController {
  readonly #signUp: SignUp;
  readonly #logIn: LogIn;
  readonly #confirm: Confirm;
  readonly #recover: Recover;
  readonly #logOut: LogOut;
  readonly #cookies: SessionCookies;

  constructor(
    signUp: SignUp,
    logIn: LogIn,
    confirm: Confirm,
    recover: Recover,
    logOut: LogOut,
    cookies: SessionCookies,
  ) {
    this.#signUp = signUp;
    this.#logIn = logIn;
    this.#confirm = confirm;
    this.#recover = recover;
    this.#logOut = logOut;
    this.#cookies = cookies;
  }

  @Get('accounts/rules')
  @Operation({
    id: 'getAccountRules',
    summary: 'Get the rules for new accounts and passwords',
    access: 'public',
    answers: { 200: { description: 'The rules.', schema: AccountRulesBody } },
  })
  accountRules(): object {
    return toAccountRulesBody(this.#signUp.rules);
  }

  @Post('accounts')
  @Operation({
    id: 'signUp',
    summary: 'Sign up and log in',
    access: 'public',
    answers: { 201: { description: 'The new account, logged in.', schema: SignedUpBody, headers: COOKIES } },
    problems: ['sign-up-closed', 'username-taken'],
  })
  async signUp(
    @Body({ schema: SignUpBody }) body: SignUpBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const signedUp = await this.#signUp.execute({ ...body, ...originOf(request, this.#cookies) });
    setSessionCookies(reply, this.#cookies, signedUp);
    return { account: toAccountBody(signedUp.account), recoveryCode: signedUp.recoveryCode };
  }

  @Post('session')
  @HttpCode(200)
  @Operation({
    id: 'logIn',
    summary: 'Log in',
    access: 'public',
    answers: { 200: { description: 'Logged in.', schema: LoggedInBody, headers: COOKIES } },
    problems: ['wrong-credentials', 'account-disabled'],
  })
  async logIn(
    @Body({ schema: LogInBody }) body: LogInBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const issued = await this.#logIn.execute({ ...body, ...originOf(request, this.#cookies) });
    setSessionCookies(reply, this.#cookies, issued);
    return { account: toAccountBody(issued.account) };
  }

  @Get('session')
  @Operation({
    id: 'whoAmI',
    summary: 'Get the logged-in account',
    access: 'session',
    answers: { 200: { description: 'The account and the session.', schema: WhoAmIBody } },
  })
  whoAmI(@CurrentSession() principal: SessionPrincipal): object {
    return toWhoAmIBody(principal);
  }

  @Delete('session')
  @HttpCode(204)
  @Operation({
    id: 'logOut',
    summary: 'Log out',
    access: 'session',
    answers: { 204: { description: 'The session has ended.', headers: { 'clear-site-data': '`"storage"`' } } },
  })
  async logOut(
    @CurrentSession() principal: SessionPrincipal,
    @CurrentClient() { address }: Client,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.#logOut.execute({ principal, address });
    clearSession(reply, this.#cookies);
  }

  @Post('session/confirmation')
  @HttpCode(204)
  @Operation({
    id: 'confirm',
    summary: 'Confirm the password, for operations that need a recent confirmation',
    access: 'session',
    answers: { 204: { description: 'Confirmed for ten minutes; the session has a new token.', headers: COOKIES } },
    problems: ['wrong-password', 'invalid'],
  })
  async confirm(
    @CurrentSession() principal: SessionPrincipal,
    @Body({ schema: PasswordBody }) { password }: PasswordBody,
    @CurrentClient() { address }: Client,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    setSessionCookies(reply, this.#cookies, await this.#confirm.execute({ principal, password, address }));
  }

  @Post('session/recovery')
  @HttpCode(200)
  @Operation({
    id: 'recover',
    summary: 'Set a new password with the recovery code, and log in',
    access: 'public',
    answers: {
      200: {
        description: 'Logged in, with a new recovery code. All other sessions and all tokens have ended.',
        schema: SignedUpBody,
        headers: COOKIES,
      },
    },
    problems: ['wrong-credentials', 'account-disabled'],
  })
  async recover(
    @Body({ schema: RecoveryBody }) body: RecoveryBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const recovered = await this.#recover.execute({ ...body, ...originOf(request, this.#cookies) });
    setSessionCookies(reply, this.#cookies, recovered);
    return { account: toAccountBody(recovered.account), recoveryCode: recovered.recoveryCode };
  }
}
