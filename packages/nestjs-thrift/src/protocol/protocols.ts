import { binaryProtocol } from './binary/binary.js';
import { compactProtocol } from './compact/compact.js';
import { jsonProtocol } from './json/json.js';
import type { Protocol, ProtocolName } from './protocol.js';

/** All protocols, by name. */
export const PROTOCOLS: Readonly<Record<ProtocolName, Protocol>> = {
  binary: binaryProtocol,
  compact: compactProtocol,
  json: jsonProtocol,
};
