import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { ThriftIdlError } from '../../src/idl/diagnostics.js';
import { parseSchema } from '../../src/idl/load-schema.js';
import type { FuzzProperty } from './fuzz.js';

const TOKENS = [
  ...`{ } ( ) < > [ ] , ; : = * " ' # / - + . // /* */ /** \\ 0x 1e999 -1 ${'9'.repeat(30)} \0 \ufeff é`.split(' '),
  ...'namespace include const typedef enum senum struct union exception service extends required optional'.split(' '),
  ...'throws oneway void list set map string i32 uuid true A b'.split(' '),
  '\n',
];

/** The project's own IDL, in pieces that start with whitespace. */
const pieces = readFileSync(new URL('../../../../idl/tasks.thrift', import.meta.url), 'utf8').split(/(?=\s)/);

/** Any text is a schema, or an error with a position. */
function isSchemaOrError(text: string): boolean {
  try {
    return parseSchema(text).services instanceof Map;
  } catch (error) {
    if (error instanceof ThriftIdlError) return /^schema\.thrift:\d+:\d+/.test(error.message);
    throw error;
  }
}

function changed(edits: readonly { readonly at: number; readonly removed: number; readonly token: string }[]): string {
  const text = [...pieces];
  for (const { at, removed, token } of edits) text.splice(at % text.length, removed, ` ${token}`);
  return text.join('');
}

const token = fc.constantFrom(...TOKENS);

export const idlProperties: Readonly<Record<string, FuzzProperty>> = {
  'idl: any tokens give a schema or an error with its place': fc.property(
    fc.array(fc.oneof(token, fc.string({ unit: 'binary', maxLength: 5 })), { size: 'medium' }),
    fc.constantFrom('', ' '),
    (tokens, between) => isSchemaOrError(tokens.join(between)),
  ),
  'idl: a changed IDL gives a schema or an error with its place': fc.property(
    fc.array(fc.record({ at: fc.nat(), removed: fc.nat(3), token }), { minLength: 1, maxLength: 4 }),
    (edits) => isSchemaOrError(changed(edits)),
  ),
};
