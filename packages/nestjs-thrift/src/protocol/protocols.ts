import { binaryProtocol } from './binary/binary.js';
import { compactProtocol } from './compact/compact.js';
import { jsonProtocol } from './json/json.js';
import type { Protocol, ProtocolName } from './protocol.js';

export const PROTOCOLS: Readonly<Record<ProtocolName, Protocol>> = {
  binary: binaryProtocol,
  compact: compactProtocol,
  json: jsonProtocol,
};
