import { ClientThrift, type Schema } from 'nestjs-thrift';
import type { TasksClient } from '@tasks/idl';

/** A client that adds tasks and reconnects after each disconnect. */
export interface Adder {
  readonly kind: string;
  /** The local port of the connection, while there is one. */
  readonly localPort: number | undefined;
  /** Whether it has a pending call and can make no other. */
  readonly isBusy: boolean;
  /** Adds a task; resolves to its id. */
  add(userId: string, name: string): Promise<string>;
  close(): Promise<void>;
}

/** This transport's client, which retries calls that were certainly not run. */
export class OwnAdder implements Adder {
  readonly kind = 'ClientThrift';
  readonly isBusy = false;
  readonly #client: ClientThrift;
  readonly #tasks: TasksClient;

  constructor(schema: Schema, port: number) {
    this.#client = new ClientThrift({ idl: schema, host: '127.0.0.1', port });
    this.#tasks = this.#client.getService<TasksClient>('Tasks');
  }

  get localPort(): number | undefined {
    try {
      return this.#client.unwrap().localPort;
    } catch {
      return undefined;
    }
  }

  async add(userId: string, name: string): Promise<string> {
    const { id = '' } = await this.#tasks.add({ userId, name });
    return id;
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}
