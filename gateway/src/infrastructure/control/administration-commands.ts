import type { ControlClient, ControlCommands } from '@tasks/embedded-store';
import {
  AccountAdministration,
  type AccountSummary,
  type NewAccountSummary,
} from '../../application/accounts/administration.js';
import { AccountError, type AccountErrorCode, type InputProblem } from '../../domain/account.errors.js';

/** The control command for administration of a gateway with an embedded store. */
const COMMAND = 'accounts.administer';

/** Permitted methods; nothing else is ever called. */
const METHODS = ['list', 'create', 'disable', 'enable', 'resetPassword', 'endSessions', 'delete'] as const;
type Method = (typeof METHODS)[number];

interface Request {
  readonly method: Method;
  readonly args: readonly unknown[];
}

/** An AccountError is a result: the connection's own errors have no such code. */
type Answer =
  | { readonly result: unknown }
  | {
      readonly rejected: {
        readonly code: AccountErrorCode;
        readonly problems: readonly InputProblem[];
        readonly retryAfterSeconds?: number | undefined;
      };
    };

/** Commands that a running gateway accepts on its control socket. */
export function administrationCommands(administration: AccountAdministration): ControlCommands {
  return {
    [COMMAND]: async (request): Promise<Answer> => {
      const { method, args } = request as Request;
      if (!METHODS.includes(method)) throw new Error(`The running gateway does not support ${method}: update it`);
      try {
        const act = administration[method].bind(administration) as (...given: readonly unknown[]) => Promise<unknown>;
        return { result: await act(...args) };
      } catch (error) {
        if (!(error instanceof AccountError)) throw error;
        const { code, problems, retryAfterSeconds } = error;
        return { rejected: { code, problems, retryAfterSeconds } };
      }
    },
  };
}

/** Administers the accounts of a running gateway through its control socket. */
export class RemoteAdministration extends AccountAdministration {
  readonly #client: ControlClient;

  constructor(client: ControlClient) {
    super();
    this.#client = client;
  }

  override async list(limit: number, after?: string): Promise<readonly AccountSummary[]> {
    // JSON has no undefined.
    const args = after === undefined ? [limit] : [limit, after];
    return ((await this.#send('list', ...args)) as AccountSummary[]).map(withDates);
  }

  override async create(username: string): Promise<NewAccountSummary> {
    const created = (await this.#send('create', username)) as NewAccountSummary;
    return { ...created, account: withDates(created.account) };
  }

  override async disable(username: string): Promise<AccountSummary> {
    return withDates((await this.#send('disable', username)) as AccountSummary);
  }

  override async enable(username: string): Promise<AccountSummary> {
    return withDates((await this.#send('enable', username)) as AccountSummary);
  }

  override async resetPassword(username: string): Promise<NewAccountSummary> {
    const reset = (await this.#send('resetPassword', username)) as NewAccountSummary;
    return { ...reset, account: withDates(reset.account) };
  }

  override async endSessions(username: string, scope: { readonly tokens: boolean }): Promise<AccountSummary> {
    return withDates((await this.#send('endSessions', username, scope)) as AccountSummary);
  }

  override async delete(username: string): Promise<AccountSummary> {
    return withDates((await this.#send('delete', username)) as AccountSummary);
  }

  async #send(method: Method, ...args: readonly unknown[]): Promise<unknown> {
    const answer = (await this.#client.call(COMMAND, { method, args } satisfies Request)) as Answer;
    if ('result' in answer) return answer.result;
    const { code, problems, retryAfterSeconds } = answer.rejected;
    throw new AccountError(code, { problems, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) });
  }
}

function withDates(summary: AccountSummary): AccountSummary {
  return { ...summary, createdOn: new Date(summary.createdOn), statusSince: new Date(summary.statusSince) };
}
