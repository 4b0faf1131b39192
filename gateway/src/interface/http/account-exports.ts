import { Readable } from 'node:stream';
import type { AccountExport, ExportAccount } from '../../application/accounts/account-data.js';
import type { ManageTasks } from '../../application/tasks/manage-tasks.js';
import type { TaskPage } from '../../application/tasks/task-service.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import { toSessionBody, toTokenBody } from './account-bodies.js';
import { EXPORT_LIMIT_MS, pagesOf, tasksOf, toJson } from './list-exports.js';
import type { Authentication } from './principal.js';
import type { RunningFiles } from './running-files.js';

interface ExportRequest {
  readonly principal: SessionPrincipal;
  /** Checks the session of the request again. */
  readonly repeat: Authentication['repeat'];
  readonly address: string;
}

/** Writes accounts as files. */
export class AccountExports {
  readonly #account: ExportAccount;
  readonly #tasks: ManageTasks;
  readonly #running: RunningFiles;
  readonly #limitMs: number;

  constructor(account: ExportAccount, tasks: ManageTasks, running: RunningFiles, limitMs = EXPORT_LIMIT_MS) {
    this.#account = account;
    this.#tasks = tasks;
    this.#running = running;
    this.#limitMs = limitMs;
  }

  /**
   * Streams the stored data of a user as JSON; its last member confirms that it is complete. The stream fails when the
   * session ends, or at the time limit. Rejects if the first tasks can't be read, while a problem can still be sent.
   */
  async open({ principal, repeat, address }: ExportRequest): Promise<Readable> {
    const end = this.#running.begin(principal.accountId);
    try {
      const stored = await this.#account.execute({ principal });
      const pages = pagesOf(this.#tasks, { principal, repeat });
      const first = await pages.next();
      const signal = AbortSignal.timeout(this.#limitMs);
      const pagesOfList: PagesOfList = (list) => pagesOf(this.#tasks, { principal, repeat }, list);
      const stream = Readable.from(piecesOf(stored, first, pages, pagesOfList), { signal });
      stream.once('close', () => {
        end();
        this.#account.ended({ principal, address });
      });
      return stream;
    } catch (error) {
      end();
      throw error;
    }
  }
}

/** The pages of a list that is owned by the account and can be read. */
type PagesOfList = (list: string) => AsyncGenerator<TaskPage, undefined>;

async function* piecesOf(
  { account, sessions, devices, tokens, lists }: AccountExport,
  first: IteratorResult<TaskPage, undefined>,
  rest: AsyncGenerator<TaskPage, undefined>,
  pagesOfList: PagesOfList,
): AsyncGenerator<string> {
  const head = JSON.stringify({
    account,
    sessions: sessions.map(toSessionBody),
    devices: devices.map(({ expiresOn }) => ({ expiresAt: expiresOn })),
    tokens: tokens.map(toTokenBody),
  });
  yield `${head.slice(0, -1)},"tasks":[`;
  yield* tasksOf(first, rest, ',', toJson);
  yield '],"lists":[';
  for (const [n, list] of lists.entries()) {
    yield `${n === 0 ? '' : ','}${JSON.stringify(list).slice(0, -1)}`;
    // The tasks of the first list came before; those that others share are not the user's own.
    if (list.role === 'owner' && !list.isFirst && list.endsOn === undefined) {
      yield ',"tasks":[';
      const pages = pagesOfList(list.id);
      yield* tasksOf(await pages.next(), pages, ',', toJson);
      yield ']';
    }
    yield '}';
  }
  yield '],"complete":true}';
}
