import { mongo } from 'mongoose';
import { startMongo, type TestMongo } from '@tasks/testing/mongo';
import type { StoredTask } from './ledger.js';

/** A MongoDB for services, with direct access for the tests. */
export class MongoStore {
  private constructor(
    private readonly server: TestMongo,
    private readonly client: mongo.MongoClient,
  ) {}

  /** @throws Error when there is no MongoDB. */
  static async start(): Promise<MongoStore> {
    const server = await startMongo();
    if (server === undefined) throw new Error('This needs a MongoDB: set MONGODB_URI, or put mongod or go on the PATH');
    return MongoStore.on(server);
  }

  /** On an existing server, which `close` does not stop. */
  static async on(server: TestMongo): Promise<MongoStore> {
    return new MongoStore(server, await new mongo.MongoClient(server.uri).connect());
  }

  get uri(): string {
    return this.server.uri;
  }

  /** Kills the server and starts it again, if it was started here; returns whether it was. */
  async restart(): Promise<boolean> {
    await this.server.restart?.();
    return this.server.restart !== undefined;
  }

  /** Variables that make a service use it. @param uri Another address of it. */
  variables(uri = this.uri): Readonly<Record<string, string>> {
    return { STORE: 'mongo', MONGODB_URI: uri, MONGODB_DATABASE: this.server.database };
  }

  /** Variables that make a gateway use it, in a separate database. */
  gatewayVariables(): Readonly<Record<string, string>> {
    return { GATEWAY_STORE: 'mongo', GATEWAY_MONGODB_URI: this.uri, GATEWAY_MONGODB_DATABASE: this.#accounts };
  }

  async tasks(): Promise<StoredTask[]> {
    const documents = this.client.db(this.server.database).collection('tasks').find();
    return (await documents.toArray()).map(({ _id, userId, name }) => ({
      id: _id.toHexString(),
      userId: String(userId),
      name: String(name),
    }));
  }

  async close(): Promise<void> {
    await this.client.db(this.server.database).dropDatabase();
    await this.client.db(this.#accounts).dropDatabase();
    await this.client.close();
  }

  /** Drops the data and stops the server. */
  async stop(): Promise<void> {
    await this.close();
    await this.server.stop();
  }

  get #accounts(): string {
    return `${this.server.database}-accounts`;
  }
}
