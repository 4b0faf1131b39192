import { mongo } from 'mongoose';
import { startMongo, type TestMongo } from '@tasks/testing/mongo';
import type { StoredTask } from './ledger.js';

/** A MongoDB for services to run on, and a look into it that doesn't go through them. */
export class MongoStore {
  private constructor(
    private readonly server: TestMongo,
    private readonly client: mongo.MongoClient,
  ) {}

  /** @throws Error when there is no MongoDB to be had. */
  static async start(): Promise<MongoStore> {
    const server = await startMongo();
    if (server === undefined) throw new Error('This needs a MongoDB: set MONGODB_URI, or put mongod or go on the PATH');
    return MongoStore.on(server);
  }

  /** On a server that runs already, and that `close` leaves running. */
  static async on(server: TestMongo): Promise<MongoStore> {
    return new MongoStore(server, await new mongo.MongoClient(server.uri).connect());
  }

  get uri(): string {
    return this.server.uri;
  }

  /** Kills the server and starts it again, if it was started here; says whether. */
  async restart(): Promise<boolean> {
    await this.server.restart?.();
    return this.server.restart !== undefined;
  }

  /** What makes a service use it. @param uri Another way to it. */
  variables(uri = this.uri): Readonly<Record<string, string>> {
    return { STORE: 'mongo', MONGODB_URI: uri, MONGODB_DATABASE: this.server.database };
  }

  /** What makes a gateway use it, in a database of its own. */
  gatewayVariables(): Readonly<Record<string, string>> {
    return { GATEWAY_STORE: 'mongo', GATEWAY_MONGODB_URI: this.uri, GATEWAY_MONGODB_DATABASE: this.#accounts };
  }

  /** Everything that is stored. */
  async tasks(): Promise<StoredTask[]> {
    const documents = this.client.db(this.server.database).collection('tasks').find();
    return (await documents.toArray()).map(({ _id, userId, name }) => ({
      id: _id.toHexString(),
      userId: String(userId),
      name: String(name),
    }));
  }

  /** Drops what was stored. */
  async close(): Promise<void> {
    await this.client.db(this.server.database).dropDatabase();
    await this.client.db(this.#accounts).dropDatabase();
    await this.client.close();
  }

  /** The same, and ends the server. */
  async stop(): Promise<void> {
    await this.close();
    await this.server.stop();
  }

  get #accounts(): string {
    return `${this.server.database}-accounts`;
  }
}
