import { FaultyLink } from '@tasks/testing/faulty-link';
import { NOT_PRIMARY, ScriptedMongo } from '@tasks/testing/scripted-mongo';

const REPLY_DELAY_MS = 250;
const CUT_EVERY = 5;
const STEP_DOWN_EVERY_MS = 500;
/** So many connections the service may have to it. */
const POOL_SIZE = 10;
const AUTHENTICATION_FAILED = {
  ok: 0,
  code: 18,
  codeName: 'AuthenticationFailed',
  errmsg: 'Authentication failed.',
};
/** What a secondary refuses; it answers pings. */
const OF_THE_PRIMARY = ['insert', 'findAndModify', 'delete', 'find'];

/** How `/health/ready` must answer while a fault lasts; `either` where some of its own round trips are hit. */
export type Readiness = 'ready' | 'either' | { readonly notReadyWithinMs: number };

/** A round trip is given up after a second, and its answer is shared for another one; the third is for this machine. */
const SOON: Readiness = { notReadyWithinMs: 3_000 };
/** Those who wait for a connection must have become many before. */
const LATER: Readiness = { notReadyWithinMs: 4_000 };

/** What can befall MongoDB. */
export const FAULTS = {
  down: SOON,
  hanging: SOON,
  slow: 'ready',
  'cut in replies': 'either',
  'out of connections': LATER,
  'refusing the password': SOON,
  'stepping down': 'ready',
  'without a primary': SOON,
} as const satisfies Record<string, Readiness>;

/** A kind of fault. */
export type Fault = keyof typeof FAULTS;

/** A replica set of one member that asks for a password, behind a link; each of them fails as it is told. */
export class FaultyMongo {
  #stepDowns: NodeJS.Timeout | undefined;

  private constructor(
    private readonly link: FaultyLink,
    private readonly member: ScriptedMongo,
    /** How long the service waits for it at each step of a call. */
    private readonly storeTimeoutMs: number,
  ) {}

  /** @param target Where the true MongoDB is. */
  static async before(target: string, storeTimeoutMs: number): Promise<FaultyMongo> {
    const member = await ScriptedMongo.before(target);
    const link = await FaultyLink.to(`mongodb://${member.address}/`);
    // Drivers go where the member says that it is.
    member.advertised = new URL(link.uri).host;
    return new FaultyMongo(link, member, storeTimeoutMs);
  }

  get uri(): string {
    const { host } = new URL(this.link.uri);
    return `mongodb://tasks:secret@${host}/?authMechanism=PLAIN&replicaSet=rs&maxPoolSize=${String(POOL_SIZE)}`;
  }

  /** Begins to fail so. */
  async strike(fault: Fault): Promise<void> {
    const { link, member } = this;
    if (fault === 'down') await link.cut();
    else if (fault === 'hanging') link.hang();
    else if (fault === 'slow') link.slow(REPLY_DELAY_MS);
    else if (fault === 'cut in replies') link.cutReplies(CUT_EVERY);
    else if (fault === 'out of connections') link.slow(0.9 * this.storeTimeoutMs);
    else if (fault === 'refusing the password') {
      member.refusal = { commands: ['saslStart'], reply: AUTHENTICATION_FAILED };
      // Connections that stand have given it already.
      await link.mend();
    } else if (fault === 'stepping down') this.#startStepDowns();
    else {
      member.isPrimary = false;
      member.refusal = { commands: OF_THE_PRIMARY, reply: NOT_PRIMARY };
    }
  }

  /** All is well again; every connection is reset. */
  async repair(): Promise<void> {
    clearInterval(this.#stepDowns);
    this.member.isPrimary = true;
    this.member.refusal = undefined;
    await this.link.mend();
  }

  async close(): Promise<void> {
    clearInterval(this.#stepDowns);
    await this.link.cut();
    await this.member.close();
  }

  /** The next write finds that the primary is another one, which it then finds: the true one never changes. */
  #startStepDowns(): void {
    let turn = 0;
    this.#stepDowns = setInterval(() => {
      const command = turn++ % 2 === 0 ? 'insert' : 'findAndModify';
      this.member.fail(command, { kind: 'refuse', reply: NOT_PRIMARY });
    }, STEP_DOWN_EVERY_MS);
  }
}
