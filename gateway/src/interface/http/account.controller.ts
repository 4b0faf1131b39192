import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { DeleteAccount, SetTimeZone } from '../../application/accounts/account-data.js';
import { ChangePassword, NewRecoveryCode } from '../../application/accounts/change-credentials.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import { AccountExports } from './account-exports.js';
import { AccountPatch, ChangePasswordBody, PasswordBody, RecoveryCodeBody } from './accounts.schemas.js';
import { CurrentClient, type Client } from './client.js';
import { Operation } from './operation.js';
import { CurrentAuthentication, CurrentSession, type Authentication } from './principal.js';
import { clearSession, setSessionCookies } from './session-answers.js';
import { SessionCookies } from './session-cookies.js';
import { canonicalTimeZone } from './wall-clock.js';

@Controller('account')
export class AccountController {
  readonly #changePassword: ChangePassword;
  readonly #newRecoveryCode: NewRecoveryCode;
  readonly #setTimeZone: SetTimeZone;
  readonly #exports: AccountExports;
  readonly #delete: DeleteAccount;
  readonly #cookies: SessionCookies;

  constructor(
    changePassword: ChangePassword,
    newRecoveryCode: NewRecoveryCode,
    setTimeZone: SetTimeZone,
    exports: AccountExports,
    deleteAccount: DeleteAccount,
    cookies: SessionCookies,
  ) {
    this.#changePassword = changePassword;
    this.#newRecoveryCode = newRecoveryCode;
    this.#setTimeZone = setTimeZone;
    this.#exports = exports;
    this.#delete = deleteAccount;
    this.#cookies = cookies;
  }

  @Patch()
  @HttpCode(204)
  @Operation({
    id: 'updateAccount',
    summary: 'Set the time zone, by which days and due tasks are counted',
    access: 'session',
    answers: { 204: { description: 'Stored.' } },
  })
  async update(
    @CurrentSession() principal: SessionPrincipal,
    @Body({ schema: AccountPatch }) { timeZone }: AccountPatch,
  ): Promise<void> {
    await this.#setTimeZone.execute(principal, canonicalTimeZone(timeZone) ?? timeZone);
  }

  @Put('password')
  @HttpCode(204)
  @Operation({
    id: 'changePassword',
    summary: 'Change the password',
    access: 'session',
    answers: { 204: { description: 'Changed. The session has a new token, all other sessions have ended.' } },
    problems: ['wrong-password'],
  })
  async changePassword(
    @CurrentSession() principal: SessionPrincipal,
    @Body({ schema: ChangePasswordBody }) body: ChangePasswordBody,
    @CurrentClient() { address }: Client,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    setSessionCookies(reply, this.#cookies, await this.#changePassword.execute({ ...body, principal, address }));
  }

  @Post('recovery-code')
  @HttpCode(200)
  @Operation({
    id: 'replaceRecoveryCode',
    summary: 'Get a new recovery code; the previous one stops working',
    access: 'session',
    needsConfirmation: true,
    answers: { 200: { description: 'The new code; it is never shown again.', schema: RecoveryCodeBody } },
    problems: ['changed-meanwhile'],
  })
  async replaceRecoveryCode(
    @CurrentSession() principal: SessionPrincipal,
    @CurrentClient() { address }: Client,
  ): Promise<object> {
    return { recoveryCode: await this.#newRecoveryCode.execute({ principal, address }) };
  }

  @Get('export')
  @Operation({
    id: 'exportAccount',
    summary: 'Download all stored data of the account as a file',
    access: 'session',
    needsConfirmation: true,
    answers: {
      200: {
        description:
          'Without `"complete": true` at its end the file is incomplete: the session ended, tasks could not be read, ' +
          'or it took more than 120 s.',
        schema: z.looseObject({ complete: z.literal(true) }),
      },
    },
    problems: ['tasks-failed', 'timeout'],
  })
  async export(
    @CurrentSession() principal: SessionPrincipal,
    @CurrentAuthentication() { repeat }: Authentication,
    @CurrentClient() { address }: Client,
  ): Promise<StreamableFile> {
    return new StreamableFile(await this.#exports.open({ principal, repeat, address }), {
      type: 'application/json; charset=utf-8',
      disposition: `attachment; filename="tasks-${new Date().toISOString().slice(0, 10)}.json"`,
    });
  }

  @Delete()
  @HttpCode(204)
  @Operation({
    id: 'deleteAccount',
    summary: 'Delete the account and all its tasks',
    access: 'session',
    answers: { 204: { description: 'The account stops working at once; its data is removed later.' } },
    problems: ['wrong-password'],
  })
  async delete(
    @CurrentSession() principal: SessionPrincipal,
    @Body({ schema: PasswordBody }) { password }: PasswordBody,
    @CurrentClient() { address }: Client,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.#delete.execute({ principal, password, address });
    clearSession(reply, this.#cookies);
  }
}
