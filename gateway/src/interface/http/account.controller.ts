import { Readable } from 'node:stream';
import { Body, Controller, Delete, Get, HttpCode, Post, Put, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { DeleteAccount, ExportAccount } from '../../application/accounts/account-data.js';
import { ChangePassword, NewRecoveryCode } from '../../application/accounts/change-credentials.js';
import { ManageTasks } from '../../application/tasks/manage-tasks.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import { ChangePasswordBody, PasswordBody, RecoveryCodeBody } from './accounts.schemas.js';
import { CurrentClient, type Client } from './client.js';
import { exportAsJson } from './export-stream.js';
import { Operation } from './operation.js';
import { CurrentSession } from './principal.js';
import { Problem } from './problem.js';
import { clearSession, setSessionCookies } from './session-answers.js';
import { SessionCookies } from './session-cookies.js';

/** Retry-After while another export runs, in seconds. */
const EXPORT_RETRY_S = 10;

/** The logged-in account. */
@Controller('account')
export class AccountController {
  readonly #changePassword: ChangePassword;
  readonly #newRecoveryCode: NewRecoveryCode;
  readonly #export: ExportAccount;
  readonly #delete: DeleteAccount;
  readonly #tasks: ManageTasks;
  readonly #cookies: SessionCookies;
  /** Accounts with a running export. */
  readonly #exporting = new Set<string>();

  constructor(
    changePassword: ChangePassword,
    newRecoveryCode: NewRecoveryCode,
    exportAccount: ExportAccount,
    deleteAccount: DeleteAccount,
    tasks: ManageTasks,
    cookies: SessionCookies,
  ) {
    this.#changePassword = changePassword;
    this.#newRecoveryCode = newRecoveryCode;
    this.#export = exportAccount;
    this.#delete = deleteAccount;
    this.#tasks = tasks;
    this.#cookies = cookies;
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
        description: 'Without `"complete": true` at its end the file is incomplete.',
        schema: z.looseObject({ complete: z.literal(true) }),
      },
    },
    problems: ['tasks-failed', 'timeout'],
  })
  async export(
    @CurrentSession() principal: SessionPrincipal,
    @CurrentClient() { address }: Client,
  ): Promise<StreamableFile> {
    const { accountId } = principal;
    if (this.#exporting.has(accountId)) {
      throw new Problem('too-many-requests', 'Another export of this account is running.', {
        headers: { 'retry-after': String(EXPORT_RETRY_S) },
      });
    }
    this.#exporting.add(accountId);
    try {
      const stored = await this.#export.execute({ principal });
      const stream = Readable.from(await exportAsJson(stored, this.#tasks));
      stream.once('close', () => {
        this.#exporting.delete(accountId);
        this.#export.ended({ principal, address });
      });
      return new StreamableFile(stream, {
        type: 'application/json; charset=utf-8',
        disposition: `attachment; filename="tasks-${new Date().toISOString().slice(0, 10)}.json"`,
      });
    } catch (error) {
      this.#exporting.delete(accountId);
      throw error;
    }
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
