import { listening, type Part, type ServiceContext } from '@tasks/service';
import type { ThriftExplorer } from 'nestjs-thrift-explorer';
import type { AppConfig } from '../config/config.js';
import type { ExplorerConfig } from '../config/explorer-variables.js';
import type { ThriftListener } from './thrift-listener.js';

/** The page to call methods from. */
export class Explorer implements Part {
  readonly name = 'Explorer';
  readonly #service: ServiceContext<AppConfig>;
  readonly #config: ExplorerConfig;
  readonly #listener: ThriftListener;
  #explorer: ThriftExplorer | undefined;

  constructor(service: ServiceContext<AppConfig>, config: ExplorerConfig, listener: ThriftListener) {
    this.#service = service;
    this.#config = config;
    this.#listener = listener;
  }

  /** The address for a browser; undefined while there is none. */
  get url(): string | undefined {
    return this.#explorer?.url;
  }

  /** @throws ListenError when the port can't be listened on; ThriftStartError for a name that the IDL lacks. */
  async start(): Promise<void> {
    const { port, readOnly, allow, deny, isOptional } = this.#config;
    const { ThriftExplorer } = await import('nestjs-thrift-explorer');
    const { server } = this.#listener;
    const explorer = settingsOf('EXPLORER_ALLOW and EXPLORER_DENY', () => {
      return new ThriftExplorer({ server, port, readOnly, deny, ...(allow && { allow }) });
    });
    try {
      await listening({ host: 'EXPLORER', port: 'EXPLORER_PORT' }, () => explorer.start());
      this.#explorer = explorer;
    } catch (error) {
      if (!isOptional) throw error;
      this.#service.log.warn(`No explorer: ${(error as Error).message}`);
    }
  }

  async stop(): Promise<void> {
    await this.#explorer?.stop();
  }

  describe(): readonly string[] {
    return this.url === undefined ? [] : [`Explorer, for this machine only: ${this.url}`];
  }
}

/** Names the variables in an error about their values. */
function settingsOf<Result>(variables: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw new Error(`${variables} must name services or methods: ${(error as Error).message}`, { cause: error });
  }
}
