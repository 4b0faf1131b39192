import { JsonReader } from './json-reader.js';
import { JsonScanner } from './json-scanner.js';
import { JsonWriter } from './json-writer.js';
import type { Protocol } from '../protocol.js';

/** Apache's JSON protocol, version 1. */
export const jsonProtocol: Protocol = {
  name: 'json',
  createReader: (limits) => new JsonReader(limits),
  createWriter: (bytes) => new JsonWriter(bytes),
  createScanner: (limits) => new JsonScanner(limits),
};
