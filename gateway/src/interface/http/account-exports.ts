import { Readable } from 'node:stream';
import type { AccountExport, ExportAccount } from '../../application/accounts/account-data.js';
import type { ManageTasks } from '../../application/tasks/manage-tasks.js';
import type { TaskPage } from '../../application/tasks/task-service.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import { toSessionBody, toTokenBody } from './account-bodies.js';
import type { Authentication } from './principal.js';
import { Problem } from './problem.js';

const PAGE_SIZE = 200;
/** Maximum duration of an export, in milliseconds: a client that reads slowly must not keep it running. */
const LIMIT_MS = 120_000;
/** Retry-After while another export runs, in seconds. */
const RETRY_S = 10;

interface ExportRequest {
  readonly principal: SessionPrincipal;
  /** Checks the session of the request again. */
  readonly repeat: Authentication['repeat'];
  readonly address: string;
}

/** The running exports, one per account. */
export class AccountExports {
  readonly #account: ExportAccount;
  readonly #tasks: ManageTasks;
  readonly #limitMs: number;
  /** Ids of accounts. */
  readonly #running = new Set<string>();

  constructor(account: ExportAccount, tasks: ManageTasks, limitMs = LIMIT_MS) {
    this.#account = account;
    this.#tasks = tasks;
    this.#limitMs = limitMs;
  }

  /**
   * Streams the stored data of a user as JSON; its last member confirms that it is complete. The stream fails when the
   * session ends, or at the time limit. Rejects if the first tasks can't be read, while a problem can still be sent.
   */
  async open({ principal, repeat, address }: ExportRequest): Promise<Readable> {
    const { accountId } = principal;
    if (this.#running.has(accountId)) {
      throw new Problem('too-many-requests', 'Another export of this account is running.', {
        headers: { 'retry-after': String(RETRY_S) },
      });
    }
    this.#running.add(accountId);
    try {
      const stored = await this.#account.execute({ principal });
      const pages = pagesOf(this.#tasks, accountId, repeat);
      const first = await pages.next();
      const signal = AbortSignal.timeout(this.#limitMs);
      const stream = Readable.from(piecesOf(stored, first, pages), { signal });
      stream.once('close', () => {
        this.#running.delete(accountId);
        this.#account.ended({ principal, address });
      });
      return stream;
    } catch (error) {
      this.#running.delete(accountId);
      throw error;
    }
  }
}

/**
 * Reads all tasks of an account. The session is checked before each page, and again after it was read, which can take
 * seconds: nothing that was written after the session ended is returned.
 */
async function* pagesOf(
  tasks: ManageTasks,
  accountId: string,
  repeat: Authentication['repeat'],
): AsyncGenerator<TaskPage, undefined> {
  let after: string | undefined;
  do {
    await repeat();
    const page = await tasks.find(accountId, { limit: PAGE_SIZE, after });
    await repeat();
    yield page;
    after = page.nextCursor ?? undefined;
  } while (after !== undefined);
}

async function* piecesOf(
  { account, sessions, devices, tokens }: AccountExport,
  first: IteratorResult<TaskPage, undefined>,
  rest: AsyncGenerator<TaskPage, undefined>,
): AsyncGenerator<string> {
  const head = JSON.stringify({
    account,
    sessions: sessions.map(toSessionBody),
    devices: devices.map(({ expiresOn }) => ({ expiresAt: expiresOn })),
    tokens: tokens.map(toTokenBody),
  });
  yield `${head.slice(0, -1)},"tasks":[`;
  let separator = '';
  for (let next = first; next.done !== true; next = await rest.next()) {
    const { items } = next.value;
    if (items.length === 0) continue;
    yield separator + items.map((task) => JSON.stringify(task)).join(',');
    separator = ',';
  }
  yield '],"complete":true}';
}
