import { CompactReader } from './compact-reader.js';
import { CompactScanner } from './compact-scanner.js';
import { CompactWriter } from './compact-writer.js';
import type { Protocol } from '../protocol.js';

/** The compact protocol, version 1. */
export const compactProtocol: Protocol = {
  name: 'compact',
  createReader: (limits) => new CompactReader(limits),
  createWriter: (bytes) => new CompactWriter(bytes),
  createScanner: (limits) => new CompactScanner(limits),
};
