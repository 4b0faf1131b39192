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
    const explorer = new ThriftExplorer({
      server: this.#listener.server,
      port,
      readOnly,
      deny,
      ...(allow && { allow }),
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
