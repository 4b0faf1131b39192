import { isUtf8 } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Schema } from '../schema.js';
import { failAt, reasonOf, ThriftIdlError } from './diagnostics.js';
import { ProgramLoader } from './includes.js';
import { linkSchema } from './link.js';

/** Where {@link loadSchema} looks for included files. */
export interface LoadSchemaOptions {
  /** Folders searched after that of the including file, like `-I` of Apache's compiler. */
  readonly includePaths?: readonly string[];
}

/** Where {@link parseSchema} finds included files. */
export interface ParseSchemaOptions {
  /** Returns the text of an included file; the path is relative to the name of the first text. May throw. */
  readonly include?: (path: string) => string;
}

/**
 * Reads an IDL file and the files that it includes. Synchronous: it is meant for the start of a process.
 *
 * @param path the file; included files are searched beside the including file
 * @throws ThriftIdlError for a file that can't be read, or does not follow the Thrift IDL specification
 */
export function loadSchema(path: string | URL, options: LoadSchemaOptions = {}): Schema {
  const file = path instanceof URL ? fileURLToPath(path) : path;
  const folders = options.includePaths ?? [];
  const locate = (included: string, includer: string): string => {
    if (isAbsolute(included)) return included;
    const candidates = [dirname(includer), ...folders].map((folder) => join(folder, included));
    return candidates.find((candidate) => existsSync(candidate)) ?? join(dirname(includer), included);
  };
  const loader = new ProgramLoader({ locate, read: readText });
  return linkSchema(loader.load(file, readFirst(file)));
}

/**
 * Parses an IDL text.
 *
 * @param text the text
 * @param name its name in errors; paths of included files are relative to it
 * @throws ThriftIdlError for a text that does not follow the Thrift IDL specification
 */
export function parseSchema(text: string, name = 'schema.thrift', options: ParseSchemaOptions = {}): Schema {
  const locate = (included: string, includer: string): string =>
    posix.isAbsolute(included) ? included : posix.join(posix.dirname(includer), included);
  const read = (location: string): string => {
    if (options.include === undefined) throw new Error('includes need the option `include`, or loadSchema');
    return options.include(location);
  };
  return linkSchema(new ProgramLoader({ locate, read }).load(name, text));
}

function readFirst(file: string): string {
  try {
    return readText(file);
  } catch (cause) {
    if (cause instanceof ThriftIdlError) throw cause;
    throw new ThriftIdlError(file, 1, 1, 'a file that can be read', reasonOf(cause), { cause });
  }
}

/** Decodes the text of a file. Invalid UTF-8 is an error: replacement characters would travel as wrong defaults. */
function readText(file: string): string {
  const bytes = readFileSync(file);
  const text = bytes.toString('utf8');
  if (isUtf8(bytes)) return text;
  const rewritten = Buffer.from(text, 'utf8');
  let differs = 0;
  while (bytes[differs] === rewritten[differs]) differs += 1;
  // The replacement character may share its first bytes with the invalid ones.
  while (((rewritten[differs] ?? 0) & 0xc0) === 0x80) differs -= 1;
  const byte = (bytes[differs] ?? 0).toString(16).padStart(2, '0');
  const offset = bytes.toString('utf8', 0, differs).length;
  return failAt({ file, text }, offset, 'UTF-8', `the byte 0x${byte}`);
}
