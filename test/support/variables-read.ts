import { parseConfig } from '../../src/config/config.js';

/** Every variable that the configuration looks at. */
export function variablesRead(): Set<string> {
  const read = new Set<string>();
  const watched = new Proxy<Record<string, string>>({}, { get: (_, name) => void read.add(String(name)) });
  parseConfig(watched);
  return read;
}
