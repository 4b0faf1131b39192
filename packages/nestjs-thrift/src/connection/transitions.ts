/** The states that may follow each state. The services have their own copy: this package depends on nothing here. */
export type Transitions<State extends string> = Readonly<Record<State, readonly State[]>>;

/** Returns `to`. @throws Error for a transition that is not listed, which is a bug. */
export function transition<State extends string>(transitions: Transitions<State>, from: State, to: State): State {
  if (!transitions[from].includes(to)) throw new Error(`no transition from ${from} to ${to}`);
  return to;
}
