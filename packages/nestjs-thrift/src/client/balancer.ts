/** Half-life of a penalty. */
const HALF_LIFE_MS = 5_000;
/** Time until a new connection gets its full share of the calls. */
const RAMP_MS = 5_000;
const FIRST_SHARE = 0.1;

/** Rises by one with each failure or rejection, and halves every HALF_LIFE_MS. */
export class Penalty {
  #points = 0;
  #atMs = 0;

  add(nowMs: number): void {
    this.#points = this.#exactly(nowMs) + 1;
    this.#atMs = nowMs;
  }

  /** The penalty in calls: a whole number, so that it ends. */
  at(nowMs: number): number {
    return this.#points === 0 ? 0 : Math.round(this.#exactly(nowMs));
  }

  #exactly(nowMs: number): number {
    return this.#points * 2 ** ((this.#atMs - nowMs) / HALF_LIFE_MS);
  }
}

/** The share of its calls that a server gets on a connection of this age, from 0.1 to 1: it may be cold, or fail again. */
export function shareAt(ageMs: number): number {
  return Math.min(1, Math.max(FIRST_SHARE, ageMs / RAMP_MS));
}

/** A connected server. */
export interface Candidate {
  /** Whether it takes one more call now. */
  readonly canSend: boolean;
  /** Calls in flight and penalty. */
  loadAt(nowMs: number): number;
  /** Share of its calls that it is to get, from 0 to 1. */
  shareAt(nowMs: number): number;
}

/**
 * Chooses the server of a call: the less loaded one of two random ones, the power of two choices. The least loaded of all
 * would get the calls of every client at once.
 *
 * @param avoid the server that rejected the call: chosen only where there is no other.
 * @returns undefined when none takes a call now.
 */
export function chooseServer<Server extends Candidate>(
  servers: readonly Server[],
  avoid: Candidate | undefined,
  nowMs: number,
  random: () => number = Math.random,
): Server | undefined {
  const first = Math.floor(random() * servers.length);
  const second = (first + 1 + Math.floor(random() * (servers.length - 1))) % servers.length;
  const two = [servers[first], servers[second]].filter((server) => server !== undefined);
  const due = two.filter((server) => random() < server.shareAt(nowMs));
  return (
    leastLoaded(due, avoid, nowMs) ??
    leastLoaded(two, avoid, nowMs) ??
    leastLoaded(servers, avoid, nowMs) ??
    servers.find((server) => server === avoid && server.canSend)
  );
}

/** The first one of those with the least load. */
function leastLoaded<Server extends Candidate>(
  servers: readonly Server[],
  avoid: Candidate | undefined,
  nowMs: number,
): Server | undefined {
  let best: Server | undefined;
  let leastLoad = Infinity;
  for (const server of servers) {
    if (server === avoid || !server.canSend) continue;
    const load = server.loadAt(nowMs);
    if (load >= leastLoad) continue;
    best = server;
    leastLoad = load;
  }
  return best;
}
