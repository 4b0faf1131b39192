import { verify } from '../../../gateway/src/infrastructure/persistence/embedded/account-archive.js';
import { AppProcess, type Variables } from '../../support/app.js';
import { GatewayProcess } from '../../support/gateway-process.js';
import type { Random } from '../random.js';
import { AccountUser } from './account-user.js';
import type { CallCounts } from './history.js';
import type { Lane, ServiceUnderTest } from './service-under-test.js';

const ACCOUNTS = 3;
const READERS_PER_ACCOUNT = 3;

/** The gateway before a task service that is left alone, with some accounts and several clients of each. */
export class GatewayUnderTest implements ServiceUnderTest {
  readonly #variables: Variables;
  readonly #folder: string;
  readonly #accounts: readonly AccountUser[];
  #tasks: AppProcess | undefined;
  #gateway: GatewayProcess | undefined;

  /** @param folder For the data of the gateway. */
  constructor(
    { counts, random }: { readonly counts: CallCounts; readonly random: Random },
    variables: Variables,
    folder: string,
  ) {
    this.#variables = variables;
    this.#folder = folder;
    this.#accounts = Array.from(
      { length: ACCOUNTS },
      (_, n) => new AccountUser(`user-${String(n)}`, { counts, random }),
    );
  }

  async start(): Promise<void> {
    this.#tasks ??= await AppProcess.start({ STORE: 'memory' });
    this.#gateway = await GatewayProcess.start({
      GATEWAY_DATA_DIR: this.#folder,
      GATEWAY_REQUESTS_PER_NETWORK: 'off',
      GATEWAY_REQUESTS_PER_ACCOUNT: 'off',
      TASKS_SERVERS: `127.0.0.1:${String(this.#tasks.port)}`,
      ...this.#variables,
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#started().signal(signal);
  }

  async ended(): Promise<number | null> {
    return (await this.#started().ended()).code;
  }

  lanes(): Lane[] {
    const { origin } = this.#started();
    return this.#accounts.flatMap((account) => [
      () => account.administer(origin),
      ...Array.from({ length: READERS_PER_ACCOUNT }, () => () => account.act(origin)),
    ]);
  }

  async check(): Promise<string[]> {
    const wrong: string[] = [];
    for (const account of this.#accounts) wrong.push(...(await account.check(this.#started().origin)));
    return wrong;
  }

  verifyFiles(): void {
    verify(this.#folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateway?.[Symbol.asyncDispose]();
    await this.#tasks?.[Symbol.asyncDispose]();
  }

  #started(): GatewayProcess {
    if (this.#gateway === undefined) throw new Error('The gateway was not started');
    return this.#gateway;
  }
}
