import { isUtf8 } from 'node:buffer';
import { ThriftProtocolError } from '../errors.js';

/**
 * Reads `bytes[start..end)` as UTF-8.
 * @throws ThriftProtocolError when it is not UTF-8 (Thrift IDL specification, "string").
 */
export function readUtf8(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  // The decoder puts U+FFFD for what is not UTF-8; only text that has one is worth a second look.
  if (text.includes('\uFFFD') && !isUtf8(bytes.subarray(start, end))) {
    throw new ThriftProtocolError('malformed', 'a string that is not UTF-8');
  }
  return text;
}
