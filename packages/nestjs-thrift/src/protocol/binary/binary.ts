import { BinaryReader } from './binary-reader.js';
import { BinaryScanner } from './binary-scanner.js';
import { BinaryWriter } from './binary-writer.js';
import type { Protocol } from '../protocol.js';

/** The binary protocol; reads strict and old-style messages alike, writes strict ones. */
export const binaryProtocol: Protocol = {
  name: 'binary',
  createReader: (limits) => new BinaryReader(limits),
  createWriter: (bytes) => new BinaryWriter(bytes, true),
  createScanner: (limits) => new BinaryScanner(limits),
};

/** The binary protocol for peers that send messages without a version: the replies have none either. */
export const oldBinaryProtocol: Protocol = {
  ...binaryProtocol,
  createWriter: (bytes) => new BinaryWriter(bytes, false),
};
