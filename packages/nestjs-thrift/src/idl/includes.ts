import { posix } from 'node:path';
import type { DocumentNode, NameNode } from './ast.js';
import { failAt, quoted, reasonOf, ThriftIdlError, type Source } from './diagnostics.js';
import { parseDocument } from './parser.js';

/** An IDL file and the files that it includes. */
export interface Program {
  readonly source: Source;
  readonly document: DocumentNode;
  /** The included programs by the prefix of their names: the file's name without folder and extension. */
  readonly includes: ReadonlyMap<string, Program>;
}

/** Source of included files. Both functions may throw anything. */
interface SourceReader {
  /** Returns a unique identifier of a file, given its path after `include` and the including file. */
  locate(path: string, includer: string): string;
  /** The text of a located file. */
  read(location: string): string;
}

/** More files than any service has: stops a reader that always finds another one. */
const MAX_FILES = 1000;

/** Follows the includes of a file (Thrift IDL specification, "Thrift Include"). Each file is parsed once. */
export class ProgramLoader {
  readonly #programs = new Map<string, Program>();
  /** The chain of files from the first one to the one being loaded. */
  readonly #open: string[] = [];
  readonly #reader: SourceReader;

  constructor(reader: SourceReader) {
    this.#reader = reader;
  }

  /** Returns the program of a text. Throws `ThriftIdlError`. */
  load(location: string, text: string): Program {
    const source = { file: location, text: text.startsWith('\uFEFF') ? text.slice(1) : text };
    const document = parseDocument(source);
    const includes = new Map<string, Program>();
    this.#open.push(location);
    for (const path of document.includes) this.#include(source, path, includes);
    this.#open.pop();
    const program = { source, document, includes };
    this.#programs.set(location, program);
    return program;
  }

  #include(source: Source, path: NameNode, includes: Map<string, Program>): void {
    const location = attempt(source, path, () => this.#reader.locate(path.text, source.file));
    const program = this.#programs.get(location) ?? this.#loadNew(source, path, location);
    const prefix = prefixOf(path.text);
    const other = includes.get(prefix);
    if (other !== undefined && other !== program) {
      const found = `${quoted(prefix)}, the prefix of ${quoted(other.source.file)}`;
      failAt(source, path.offset, 'a file name that gives a prefix of its own', found);
    }
    includes.set(prefix, program);
  }

  #loadNew(source: Source, path: NameNode, location: string): Program {
    if (this.#open.includes(location)) {
      const cycle = [...this.#open.slice(this.#open.indexOf(location)), location].join(' -> ');
      failAt(source, path.offset, 'includes without a cycle', cycle);
    }
    if (this.#programs.size + this.#open.length >= MAX_FILES) {
      failAt(source, path.offset, `at most ${String(MAX_FILES)} files`, 'more');
    }
    const text = attempt(source, path, () => this.#reader.read(location));
    return this.load(location, text);
  }
}

/** The prefix of the names of an included file, as Apache's compiler makes it (`program_name`). */
export function prefixOf(path: string): string {
  const base = posix.basename(path.replaceAll('\\', '/'));
  const dot = base.lastIndexOf('.');
  return dot === -1 ? base : base.slice(0, dot);
}

/** Runs a step of the reader; anything thrown becomes an error at the `include`. */
function attempt(source: Source, path: NameNode, step: () => string): string {
  try {
    return step();
  } catch (cause) {
    if (cause instanceof ThriftIdlError) throw cause;
    const found = `${quoted(path.text)}: ${reasonOf(cause)}`;
    return failAt(source, path.offset, 'a file that can be read', found, { cause });
  }
}
