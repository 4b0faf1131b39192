/** A call of a history. `start` and `end` are positions in one sequence of events. */
export interface RecordedCall<Operation, Reply> {
  readonly operation: Operation;
  /** Undefined when no answer came: the call may have taken effect at any time before `end`, or never. */
  readonly reply: Reply | undefined;
  readonly start: number;
  readonly end: number;
}

/** What a correct service does with one call at a time. */
export interface Model<State, Operation, Reply> {
  apply(state: State, operation: Operation): { readonly state: State; readonly reply: Reply };
}

/** Whether the calls have an order that the model allows. */
export type Verdict<State, Call> =
  | { readonly isLinearizable: true; readonly state: State }
  /** The first calls that fit nowhere, in the order that got furthest. */
  | { readonly isLinearizable: false; readonly state: State; readonly stuck: readonly Call[] };

/** Calls that were executed: all before `first`, and those of `later`, which are ascending. */
interface Progress<State> {
  readonly first: number;
  readonly later: readonly number[];
  readonly state: State;
}

/**
 * Searches an order of the calls in which each takes effect between its start and its end, and gets the reply of the
 * model (Wing and Gong, with Lowe's memory of visited states). States and replies are compared as JSON.
 */
export function linearize<State, Operation, Reply>(
  model: Model<State, Operation, Reply>,
  initial: State,
  history: readonly RecordedCall<Operation, Reply>[],
): Verdict<State, RecordedCall<Operation, Reply>> {
  const calls = history.toSorted((one, other) => one.start - other.start);
  const visited = new Set<string>();
  const open: Progress<State>[] = [{ first: 0, later: [], state: initial }];
  let furthest: Progress<State> = { first: -1, later: [], state: initial };
  for (let progress = open.pop(); progress !== undefined; progress = open.pop()) {
    const key = JSON.stringify([progress.first, progress.later, progress.state]);
    if (visited.has(key)) continue;
    visited.add(key);
    if (progress.first === calls.length) return { isLinearizable: true, state: progress.state };
    if (progress.first + progress.later.length > furthest.first + furthest.later.length) furthest = progress;
    // The call that ends first is tried first.
    const next = nextCalls(calls, progress).toSorted((one, other) => endOf(calls, other) - endOf(calls, one));
    for (const place of next) open.push(...after(model, calls, progress, place));
  }
  const stuck = nextCalls(calls, furthest).flatMap((place) => calls[place] ?? []);
  return { isLinearizable: false, state: furthest.state, stuck };
}

type Calls<Operation, Reply> = readonly RecordedCall<Operation, Reply>[];

/** Calls that may take effect next: no other one ended before they began. */
function nextCalls<State>(calls: Calls<unknown, unknown>, { first, later }: Progress<State>): number[] {
  const next: number[] = [];
  let end = Infinity;
  for (let place = first; place < calls.length; place++) {
    const call = calls[place];
    if (call === undefined || call.start > end) break;
    if (later.includes(place)) continue;
    next.push(place);
    end = Math.min(end, call.end);
  }
  return next;
}

function after<State, Operation, Reply>(
  model: Model<State, Operation, Reply>,
  calls: Calls<Operation, Reply>,
  progress: Progress<State>,
  place: number,
): Progress<State>[] {
  const call = calls[place];
  if (call === undefined) return [];
  const { state, reply } = model.apply(progress.state, call.operation);
  const executed = { ...advanced(progress, place), state };
  if (call.reply === undefined) return [{ ...advanced(progress, place), state: progress.state }, executed];
  return JSON.stringify(reply) === JSON.stringify(call.reply) ? [executed] : [];
}

function advanced<State>({ first, later }: Progress<State>, place: number): Pick<Progress<State>, 'first' | 'later'> {
  if (place !== first) return { first, later: [...later, place].sort((one, other) => one - other) };
  const rest = [...later];
  let next = first + 1;
  for (; rest[0] === next; next++) rest.shift();
  return { first: next, later: rest };
}

function endOf(calls: Calls<unknown, unknown>, place: number): number {
  return calls[place]?.end ?? Infinity;
}
