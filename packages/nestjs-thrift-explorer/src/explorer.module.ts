import { Logger, Module, type DynamicModule, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ThriftExplorer, type ThriftExplorerOptions } from './explorer.js';

/** Starts and stops the explorer with the application. */
class ExplorerLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger(ThriftExplorer.name);
  readonly #explorer: ThriftExplorer;

  constructor(explorer: ThriftExplorer) {
    this.#explorer = explorer;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#explorer.start();
    this.#logger.log(`The explorer is at ${this.#explorer.url ?? ''}`);
  }

  /** Before the server drains, which would wait for calls from here. */
  onModuleDestroy(): Promise<void> {
    return this.#explorer.stop();
  }
}

/**
 * Serves the explorer beside a Thrift server: `imports: [ThriftExplorerModule.register({ server })]`. Without it there is no
 * explorer.
 */
@Module({})
export class ThriftExplorerModule {
  /** @throws ThriftStartError for a server that requires client certificates, without a guard; and for unknown names. */
  static register(options: ThriftExplorerOptions): DynamicModule {
    const explorer = new ThriftExplorer(options);
    return {
      module: ThriftExplorerModule,
      providers: [
        { provide: ThriftExplorer, useValue: explorer },
        { provide: ExplorerLifecycle, useFactory: () => new ExplorerLifecycle(explorer) },
      ],
      exports: [ThriftExplorer],
    };
  }
}
