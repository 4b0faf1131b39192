import type { Schema } from 'nestjs-thrift';
import { NpmConnection } from '../../packages/nestjs-thrift/test/interop/npm/client.js';
import type { Adder } from './adders.js';

/** The client of npm `thrift`, used like a program without retries: one call at a time. */
export class NpmAdder implements Adder {
  readonly kind = 'npm thrift';
  isBusy = false;
  #connection: NpmConnection | undefined;

  constructor(
    private readonly schema: Schema,
    private readonly port: number,
  ) {}

  get localPort(): number | undefined {
    return this.#connection?.localPort;
  }

  async add(userId: string, name: string): Promise<string> {
    this.isBusy = true;
    try {
      this.#connection ??= await this.#open();
      const reply = await this.#connection.call('Tasks', 'add', { userId, name });
      if ('error' in reply) throw new Error(reply.error.message);
      return (reply.result['success'] as { readonly id: string }).id;
    } catch (error) {
      this.#connection = undefined;
      throw error;
    } finally {
      this.isBusy = false;
    }
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  async #open(): Promise<NpmConnection> {
    const dialect = { protocol: 'binary', framing: 'unframed' } as const;
    const connection = await NpmConnection.open(this.schema, { port: this.port, dialect, multiplexed: false });
    void connection.closed.then(() => {
      if (this.#connection === connection) this.#connection = undefined;
    });
    return connection;
  }
}
