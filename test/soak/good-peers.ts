import type { Schema } from 'nestjs-thrift';
import { dialects, type Dialect } from '../../packages/nestjs-thrift/test/interop/dialects.js';
import { callsAtOnce, connectGood, type GoodConnection } from './good-connection.js';
import { codeOf, GoodUser } from './good-user.js';
import type { Meter } from './meter.js';
import { Random } from './random.js';

/** Number of users, and of their tasks. */
interface GoodPeersOptions {
  readonly connectionsPerDialect: number;
  readonly maxTasksPerUser: number;
}

/** Approximate number of calls after which a connection is replaced. */
const CALLS_OF_CONNECTION = 5_000;

/** A few users on a connection of one dialect, which is replaced from time to time. */
class Party {
  readonly users: readonly GoodUser[];
  #connection: GoodConnection | undefined;
  #callsLeft = 0;

  constructor(
    private readonly schema: Schema,
    private readonly port: number,
    private readonly dialect: Dialect,
    private readonly random: Random,
    meter: Meter,
    name: string,
    maxTasks: number,
  ) {
    this.users = Array.from({ length: callsAtOnce(dialect) }, (_, place) => {
      const own = new Random(random.integer(0, 2 ** 31));
      return new GoodUser(`${name} ${String(place)}`, maxTasks, own, (method, call) => {
        const { tasks } = this.#connection as GoodConnection;
        return meter.time(method, () => call(tasks));
      });
    });
  }

  /** Returns a user without a pending call; undefined if there is none. */
  idleUser(): GoodUser | undefined {
    if (this.#callsLeft <= 0 && this.users.some(({ isBusy }) => isBusy)) return undefined;
    return this.users.find(({ isBusy }) => !isBusy);
  }

  /** Lets a user make a call. */
  async act(user: GoodUser): Promise<void> {
    user.isBusy = true;
    try {
      if (this.#callsLeft-- <= 0) await this.#reconnect();
      await user.act();
    } catch (error) {
      // Any other error than a rejection: the connection may be unusable.
      if (codeOf(error) === undefined) this.#callsLeft = 0;
      throw error;
    } finally {
      user.isBusy = false;
    }
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  async #reconnect(): Promise<void> {
    // No other call can start meanwhile: no user is left.
    await this.#connection?.close();
    this.#connection = await connectGood(this.schema, this.port, this.dialect);
    this.#callsLeft = this.random.integer(1, CALLS_OF_CONNECTION);
  }
}

/** Peers in every dialect that call every method and check every reply. */
export class GoodPeers {
  /** Calls skipped because every user had a pending one. */
  behind = 0;
  readonly #parties: readonly Party[];
  #turn = 0;

  constructor(
    schema: Schema,
    port: number,
    random: Random,
    private readonly meter: Meter,
    { connectionsPerDialect, maxTasksPerUser }: GoodPeersOptions,
  ) {
    this.#parties = dialects.flatMap((dialect, kind) =>
      Array.from({ length: connectionsPerDialect }, (_, place) => {
        const name = `user ${String(kind)} ${String(place)}`;
        return new Party(schema, port, dialect, random, meter, name, maxTasksPerUser);
      }),
    );
  }

  /** Lets the next user who can make a call. */
  async call(): Promise<void> {
    for (let tried = 0; tried < this.#parties.length; tried++) {
      const party = this.#parties[this.#turn++ % this.#parties.length] as Party;
      const user = party.idleUser();
      if (user === undefined) continue;
      try {
        await party.act(user);
      } catch (error) {
        if (codeOf(error) === 503 && this.meter.isDisturbed()) this.meter.unavailable++;
        else this.meter.fail(error);
      }
      return;
    }
    this.behind++;
  }

  async close(): Promise<void> {
    await Promise.all(this.#parties.map((party) => party.close()));
  }
}
