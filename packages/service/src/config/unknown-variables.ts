import { distance } from 'fastest-levenshtein';
import type { Variables } from './environment.js';

/** The variables of a service. */
export interface OwnVariables {
  /** All variables that begin like this are the service's own: `THRIFT_`. */
  readonly prefixes: readonly string[];
  /** The names that the service reads. */
  readonly known: ReadonlySet<string>;
}

/** Set by Kubernetes and container links for a service whose name begins with a prefix. */
const INJECTED_NAME = /_SERVICE_(?:HOST|PORT)|_PORT_\d+_/;
const INJECTED_VALUE = /^(?:tcp|udp|sctp):\/\//;
/** Letters that may be wrong in a name for it to be suggested. */
const MOST_MISTAKES = 4;

/**
 * A sentence for each variable that looks like one of the service's and is unknown: a limit whose name has a mistake would
 * silently not be set.
 */
export function unknownVariables(variables: Variables, { prefixes, known }: OwnVariables): string[] {
  const isOwn = (name: string): boolean => prefixes.some((prefix) => name.startsWith(prefix));
  const candidates = [...known].filter(isOwn);
  return Object.entries(variables)
    .filter(([name, value = '']) => isOwn(name) && !known.has(name) && !isInjected(name, value))
    .map(([name]) => {
      const meant = nearest(name, candidates);
      const advice = meant === undefined ? 'docs/configuration.md lists all variables' : `did you mean ${meant}?`;
      return `${name} is ignored, there is no such variable: ${advice}`;
    });
}

function isInjected(name: string, value: string): boolean {
  return INJECTED_NAME.test(name) || INJECTED_VALUE.test(value);
}

function nearest(name: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((other) => ({ other, mistakes: distance(name, other) }))
    .sort((one, two) => one.mistakes - two.mistakes);
  return ranked[0] && ranked[0].mistakes <= MOST_MISTAKES ? ranked[0].other : undefined;
}
