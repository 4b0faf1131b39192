import { FaultyLink } from '@tasks/testing/faulty-link';
import { NOT_PRIMARY, ScriptedMongo } from '@tasks/testing/scripted-mongo';

const REPLY_DELAY_MS = 250;
const CUT_EVERY = 5;
const STEP_DOWN_EVERY_MS = 500;
/** Maximum number of the service's connections to it. */
const POOL_SIZE = 10;
const AUTHENTICATION_FAILED = {
  ok: 0,
  code: 18,
  codeName: 'AuthenticationFailed',
  errmsg: 'Authentication failed.',
};
/** Commands that a secondary rejects; it answers pings. */
const OF_THE_PRIMARY = ['insert', 'findAndModify', 'delete', 'find'];

/** Expected answers of `/health/ready` during a fault; `either` if some of its own round trips are affected. */
export type Readiness = 'ready' | 'either' | { readonly notReadyWithinMs: number };

/** A round trip times out after a second, and its answer is shared for another one; the third is a reserve. */
const SOON: Readiness = { notReadyWithinMs: 3_000 };
/** Many calls must be waiting for a connection before. */
const LATER: Readiness = { notReadyWithinMs: 4_000 };

export const FAULTS = {
  down: SOON,
  hanging: SOON,
  slow: 'ready',
  'cut in replies': 'either',
  'out of connections': LATER,
  'rejecting the password': SOON,
  'stepping down': 'ready',
  'without a primary': SOON,
} as const satisfies Record<string, Readiness>;

export type Fault = keyof typeof FAULTS;

/** A replica set of one member with a password, behind a link; each of them fails on request. */
export class FaultyMongo {
  #stepDowns: NodeJS.Timeout | undefined;

  private constructor(
    private readonly link: FaultyLink,
    private readonly member: ScriptedMongo,
    /** Time limit of the service for it at each step of a call. */
    private readonly storeTimeoutMs: number,
  ) {}

  /** @param target Address of the real MongoDB. */
  static async before(target: string, storeTimeoutMs: number): Promise<FaultyMongo> {
    const member = await ScriptedMongo.before(target);
    const link = await FaultyLink.to(`mongodb://${member.address}/`);
    // Drivers connect to the address that the member reports.
    member.advertised = new URL(link.uri).host;
    return new FaultyMongo(link, member, storeTimeoutMs);
  }

  get uri(): string {
    const { host } = new URL(this.link.uri);
    return `mongodb://tasks:secret@${host}/?authMechanism=PLAIN&replicaSet=rs&maxPoolSize=${String(POOL_SIZE)}`;
  }

  async strike(fault: Fault): Promise<void> {
    const { link, member } = this;
    if (fault === 'down') await link.cut();
    else if (fault === 'hanging') link.hang();
    else if (fault === 'slow') link.slow(REPLY_DELAY_MS);
    else if (fault === 'cut in replies') link.cutReplies(CUT_EVERY);
    else if (fault === 'out of connections') link.slow(0.9 * this.storeTimeoutMs);
    else if (fault === 'rejecting the password') {
      member.rejection = { commands: ['saslStart'], reply: AUTHENTICATION_FAILED };
      // Open connections are authenticated already.
      await link.mend();
    } else if (fault === 'stepping down') this.#startStepDowns();
    else {
      member.isPrimary = false;
      member.rejection = { commands: OF_THE_PRIMARY, reply: NOT_PRIMARY };
    }
  }

  /** Ends all faults; every connection is reset. */
  async repair(): Promise<void> {
    clearInterval(this.#stepDowns);
    this.member.isPrimary = true;
    this.member.rejection = undefined;
    await this.link.mend();
  }

  async close(): Promise<void> {
    clearInterval(this.#stepDowns);
    await this.link.cut();
    await this.member.close();
  }

  /** The next write gets a "not primary" error, then finds the same real primary again. */
  #startStepDowns(): void {
    let turn = 0;
    this.#stepDowns = setInterval(() => {
      const command = turn++ % 2 === 0 ? 'insert' : 'findAndModify';
      this.member.fail(command, { kind: 'reject', reply: NOT_PRIMARY });
    }, STEP_DOWN_EVERY_MS);
  }
}
