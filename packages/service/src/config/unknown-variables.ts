import { distance } from 'fastest-levenshtein';
import type { Variables } from './environment.js';

/** The variables of a service. */
export interface OwnVariables {
  /** Prefix of the service's own variables: `THRIFT_`. */
  readonly prefixes: readonly string[];
  /** Names that the service reads. */
  readonly known: ReadonlySet<string>;
}

/** Variables that Kubernetes and container links set for a service whose name starts with a prefix. */
const INJECTED_NAME = /_SERVICE_(?:HOST|PORT)|_PORT_\d+_/;
const INJECTED_VALUE = /^(?:tcp|udp|sctp):\/\//;
/** Maximum number of wrong letters for a name to be suggested. */
const MAX_MISTAKES = 4;

/**
 * Returns a warning for each variable with a service prefix and an unknown name: a misspelt limit would be ignored
 * silently.
 */
export function unknownVariables(variables: Variables, { prefixes, known }: OwnVariables): string[] {
  const isOwn = (name: string): boolean => prefixes.some((prefix) => name.startsWith(prefix));
  const candidates = [...known].filter(isOwn);
  return Object.entries(variables)
    .filter(([name, value = '']) => isOwn(name) && !known.has(name) && !isInjected(name, value))
    .map(([name]) => {
      const meant = nearest(name, candidates);
      const advice = meant === undefined ? 'docs/configuration.md lists all variables' : `did you mean ${meant}?`;
      return `${name} is unknown and ignored: ${advice}`;
    });
}

function isInjected(name: string, value: string): boolean {
  return INJECTED_NAME.test(name) || INJECTED_VALUE.test(value);
}

function nearest(name: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((other) => ({ other, mistakes: distance(name, other) }))
    .sort((one, two) => one.mistakes - two.mistakes);
  return ranked[0] && ranked[0].mistakes <= MAX_MISTAKES ? ranked[0].other : undefined;
}
