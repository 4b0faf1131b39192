import { ThriftStartError } from '../errors.js';
import { reasonOf } from '../idl/diagnostics.js';
import { manifest } from '../manifest.js';
import { Calls } from './calls.js';
import { HELP, readCommandLine, UsageError, USAGE, type CommandLine } from './command-line.js';
import { NoReflection, readContract, readContractOf, splitName } from './contract.js';
import { describe, listText, shellWord } from './describe.js';
import { explain } from './explain.js';
import { plainText, type Terminal } from './terminal.js';

/**
 * Runs `thriftcall`. Never rejects.
 *
 * @param args the words after the command's name
 * @returns the exit code
 */
export async function thriftCall(args: readonly string[], terminal: Terminal): Promise<number> {
  const { err } = terminal;
  let line: CommandLine;
  try {
    line = readCommandLine(args);
  } catch (error) {
    err(`thriftcall: ${plainText(reasonOf(error))}\n${USAGE}\nthriftcall --help explains each option.\n`);
    return 2;
  }
  try {
    return await run(line, terminal);
  } catch (error) {
    const isUsage = error instanceof UsageError || error instanceof ThriftStartError;
    const isPlain = isUsage || error instanceof NoReflection;
    const message = isPlain ? reasonOf(error) : explain(error as Error, 'Meta.thriftIDL', line, true);
    err(`thriftcall: ${plainText(message)}\n`);
    return isUsage ? 2 : 1;
  }
}

async function run(line: CommandLine, terminal: Terminal): Promise<number> {
  const { verb, name } = line;
  switch (verb) {
    case 'help':
      terminal.out(HELP);
      return 0;
    case 'version':
      terminal.out(`${manifest().version}\n`);
      return 0;
    case 'list': {
      const { schema } = await readContract(line, terminal.signal);
      if (schema.services.size === 0) throw new UsageError(`${schema.file} has no services: there is nothing to call`);
      terminal.out(plainText(listText(schema)));
      return 0;
    }
    case 'describe': {
      const { schema } = await readContractOf(name === 'Meta' ? name : splitName(name).service, line, terminal.signal);
      terminal.out(plainText(describe(schema, name, exampleOf(line))));
      return 0;
    }
    case 'call': {
      const contract = await readContractOf(splitName(name).service, line, terminal.signal);
      return (await new Calls(line, contract, terminal).run()) ? 0 : 1;
    }
  }
}

/** How an example of a call begins: with what was given to find the IDL and to reach the server. */
function exampleOf({ address, reach }: CommandLine): string {
  return ['thriftcall', ...reach.map(shellWord), address === '' ? 'HOST:PORT' : shellWord(address)].join(' ');
}
