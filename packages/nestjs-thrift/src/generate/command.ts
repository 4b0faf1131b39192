import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { reasonOf, ThriftIdlError } from '../idl/diagnostics.js';
import { loadSchema } from '../idl/load-schema.js';
import { manifest } from '../manifest.js';
import { typeFile } from './type-file.js';

const USAGE = 'Usage: thrift-types IDL [-o FILE] [-I FOLDER]... [--transport MODULE] [--string-maps-as-objects]';

const HELP = `${USAGE}

Writes TypeScript types for a Thrift IDL file: structs, unions, exceptions, enums, typedefs, constants, and for each
service the arguments, what its handlers must be, and what its client is.

  -o, --output FILE          where to write; standard output without it
  -I, --include FOLDER       a folder to look for included files in, after that of the including file; may be repeated
  --transport MODULE         where the file imports the transport's types from; this package without it
  --string-maps-as-objects   map<string, ...> is a plain object: for servers and clients with that option
  --version                  print the version
  -h, --help                 this text

Exit codes: 0 written, 1 the IDL or a file is at fault, 2 the command line is.
`;

const OPTIONS = {
  output: { type: 'string', short: 'o' },
  include: { type: 'string', short: 'I', multiple: true },
  transport: { type: 'string' },
  'string-maps-as-objects': { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

interface CommandOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** A command line that says nothing that can be done. */
class UsageError extends Error {}

/**
 * Runs `thrift-types`. Never throws.
 *
 * @param args the words after the command's name
 * @returns the exit code
 */
export function thriftTypes(args: readonly string[], output: CommandOutput): number {
  try {
    const { values, positionals } = parse(args);
    if (values.help === true) {
      output.out(HELP);
      return 0;
    }
    if (values.version === true) {
      output.out(`${manifest().version}\n`);
      return 0;
    }
    const [idl, ...more] = positionals;
    if (idl === undefined || more.length > 0)
      throw new UsageError(`expected one IDL file, got ${String(positionals.length)}`);
    const text = typeFile(loadSchema(idl, { includePaths: values.include ?? [] }), {
      transport: values.transport ?? manifest().name,
      stringMapsAsObjects: values['string-maps-as-objects'] ?? false,
    });
    if (!text.includes('\nexport ')) {
      throw new Error(`${idl} defines nothing, and neither do the files that it includes: there is nothing to write`);
    }
    if (values.output === undefined) output.out(text);
    else writeFileSync(values.output, text);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) {
      output.err(error instanceof ThriftIdlError ? `${error.message}\n` : `thrift-types: ${reasonOf(error)}\n`);
      return 1;
    }
    output.err(`thrift-types: ${error.message}\n${USAGE}\n`);
    return 2;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(reasonOf(error));
  }
}
