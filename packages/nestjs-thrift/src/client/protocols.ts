import { binaryProtocol } from '../protocol/binary/binary.js';
import { compactProtocol } from '../protocol/compact/compact.js';
import { jsonProtocol } from '../protocol/json/json.js';
import type { Protocol, ProtocolName } from '../protocol/protocol.js';

/** The protocols of a client, by name. */
export const PROTOCOLS: Readonly<Record<ProtocolName, Protocol>> = {
  binary: binaryProtocol,
  compact: compactProtocol,
  json: jsonProtocol,
};
