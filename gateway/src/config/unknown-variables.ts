import type { Variables } from './environment.js';

/** All variables with this beginning are the service's own. */
const PREFIXES = ['GATEWAY_', 'TASKS_', 'SESSION_', 'PASSWORD_'];
/** What Kubernetes and container links set for a service whose name begins so. */
const INJECTED_NAME = /_SERVICE_(?:HOST|PORT)|_PORT_\d+_/;
const INJECTED_VALUE = /^(?:tcp|udp|sctp):\/\//;
/** So many letters of a name may be wrong. */
const MOST_MISTAKES = 4;

/**
 * A sentence for each variable that looks like one of the service's and is none: a limit whose name has a mistake would
 * silently not be set.
 *
 * @param known The names that the service reads.
 */
export function unknownVariables(variables: Variables, known: ReadonlySet<string>): string[] {
  return Object.entries(variables)
    .filter(
      ([name, value = '']) =>
        PREFIXES.some((prefix) => name.startsWith(prefix)) && !known.has(name) && !isInjected(name, value),
    )
    .map(([name]) => {
      const meant = nearest(name, known);
      const advice = meant === undefined ? 'the README lists all there are' : `did you mean ${meant}?`;
      return `${name} is ignored, there is no such variable: ${advice}`;
    });
}

function isInjected(name: string, value: string): boolean {
  return INJECTED_NAME.test(name) || INJECTED_VALUE.test(value);
}

function nearest(name: string, known: ReadonlySet<string>): string | undefined {
  const ranked = [...known]
    .filter((other) => PREFIXES.some((prefix) => other.startsWith(prefix)))
    .map((other) => ({ other, mistakes: mistakesBetween(name, other) }))
    .sort((one, two) => one.mistakes - two.mistakes);
  return ranked[0] && ranked[0].mistakes <= MOST_MISTAKES ? ranked[0].other : undefined;
}

/** How many letters have to be added, taken away or replaced (Levenshtein). */
function mistakesBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, n) => n);
  for (let i = 0; i < one.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j++) {
      const replaced = (row[j] ?? 0) + (one[i] === other[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
