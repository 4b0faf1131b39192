import { parseArgs } from 'node:util';
import type { ThriftClientOptions } from '../client/client-options.js';
import type { ThriftClientTlsOptions } from '../client/client-tls.js';
import { parseTarget } from '../client/target.js';
import type { BinaryEncoding } from '../json.js';
import { reasonOf } from '../idl/diagnostics.js';

export const USAGE = 'Usage: thriftcall HOST:PORT list | describe NAME | call SERVICE.METHOD [JSON | -]';

export const HELP = `${USAGE}

Calls the methods of any Thrift server from the command line. The IDL comes from a file, or from the server itself, where it
answers Meta:thriftIDL (reflection), as servers of nestjs-thrift do.

  thriftcall localhost:9090 list
  thriftcall localhost:9090 describe Greeter.greet
  thriftcall localhost:9090 call Greeter.greet '{"name": "Ada"}'
  thriftcall localhost:9090 call Greeter.greet '{"name": "Ada"}' --idl greeter.thrift --framing framed --protocol compact
  thriftcall localhost:9090 call Greeter.greet - < calls.jsonl
  thriftcall localhost:9090 call Greeter.greet '{"name": "Ada"}' --repeat 10000 --concurrency 8
  thriftcall localhost:9090 call Meta.health

Commands
  list                        the methods, as SERVICE.METHOD, with the first line of what the IDL says of each
  describe NAME               a service, method, struct, union, exception, enum, typedef or constant, as the IDL has it; of a
                              method also its types, and an example of a call
  call SERVICE.METHOD [JSON]  calls the method with an object of its arguments, {} without one, and prints the result as JSON;
                              with - the arguments come from standard input, one call a line, one result a line

With --idl, list and describe need no HOST:PORT. A Unix domain socket is unix:PATH.

Contract
  --idl FILE                  the IDL; without it, the server is asked (reflection)
  -I, --include FOLDER        a folder to look for included files in; may be repeated

Dialect: what the server speaks
  -p, --protocol NAME         binary (default), compact or json
  -f, --framing NAME          unframed (default), framed, header (THeader), framed-header or ttheader (TTHeader)
  --old-style                 binary without a version, framed or unframed, for servers that know no other
  -m, --multiplexed           names travel as Service:method; the default with reflection, --no-multiplexed turns it off

Call
  -H, --header 'NAME: VALUE'  a header to send, with the framings header, framed-header and ttheader; may be repeated
  -t, --timeout TIME          deadline of each call, 500ms, 10s (default) or 2m
  --binary NAME               how binary is written in JSON, both ways: base64 (default), text or hex
  -v, --verbose               on standard error: what is sent, how long it takes, headers of the reply

TLS: each of these turns it on
  --tls                       checks the server's certificate against the system's authorities
  --ca FILE                   authorities to trust instead, PEM
  --cert FILE, --key FILE     certificate and key of the client, PEM
  --servername NAME           name that the server's certificate must have, where it is not HOST
  --insecure                  accepts any certificate

Load
  -n, --repeat COUNT          makes the same call COUNT times, and prints latencies instead of results
  -c, --concurrency COUNT     connections with one call at a time each, for --repeat and for standard input; default 1

Others
  --version                   print the version
  -h, --help                  this text

JSON: an i64 is a number up to 2^53, or a string; NaN and Infinity are strings; an enum is its name or its number; a set is an
array; a map is an object where its keys are text, otherwise [[key, value], ...]; a union is an object with one member.

Exit codes: 0 all calls succeeded, 1 a call failed or the server could not be reached, 2 nothing was called, since the command
line, the JSON or the IDL is at fault.
`;

const OPTIONS = {
  idl: { type: 'string' },
  include: { type: 'string', short: 'I', multiple: true },
  protocol: { type: 'string', short: 'p' },
  framing: { type: 'string', short: 'f' },
  'old-style': { type: 'boolean' },
  multiplexed: { type: 'boolean', short: 'm' },
  header: { type: 'string', short: 'H', multiple: true },
  timeout: { type: 'string', short: 't' },
  binary: { type: 'string' },
  verbose: { type: 'boolean', short: 'v' },
  tls: { type: 'boolean' },
  ca: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  servername: { type: 'string' },
  insecure: { type: 'boolean' },
  repeat: { type: 'string', short: 'n' },
  concurrency: { type: 'string', short: 'c' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Nothing was called, since the command line, the JSON or the IDL is at fault. The message says what to do. */
export class UsageError extends Error {}

/** What the command line asks for. */
export interface CommandLine {
  readonly verb: 'help' | 'version' | 'list' | 'describe' | 'call';
  /** The address as given; empty without one. */
  readonly address: string;
  /** After `describe` or `call`. */
  readonly name: string;
  /** The arguments of the call; `-` for standard input. */
  readonly json: string;
  readonly idl: string | undefined;
  readonly includePaths: readonly string[];
  /** How to reach the server, and what it speaks. */
  readonly client: Omit<ThriftClientOptions, 'idl' | 'multiplexed'>;
  /** Undefined: as the source of the IDL has it. */
  readonly multiplexed: boolean | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly binary: BinaryEncoding;
  readonly verbose: boolean;
  /** What of the command line finds the IDL and reaches the server, as given: the same for another command. */
  readonly reach: readonly string[];
  /** Undefined: the call is made once, and its result printed. */
  readonly repeat: number | undefined;
  readonly concurrency: number;
}

type Values = ReturnType<typeof parse>['values'];

/** @throws UsageError for a command line that says nothing that can be done. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parse(args);
  const [address, verb, name = '', json = '{}'] = positionsOf(positionals, values);
  const timeoutMs = time(values.timeout ?? '10s');
  const client = clientOptions(address, values, timeoutMs);
  const headers = headersOf(values.header ?? []);
  if (Object.keys(headers).length > 0 && client.framing?.endsWith('header') !== true) {
    throw new UsageError(
      'only some dialects carry headers: add --framing header or --framing ttheader, or leave --header out',
    );
  }
  const repeat = values.repeat === undefined ? undefined : count('--repeat', values.repeat, 10_000_000);
  if (repeat !== undefined && (verb !== 'call' || json === '-')) {
    throw new UsageError('--repeat makes one call many times: use it with `call SERVICE.METHOD JSON`, not with -');
  }
  return {
    verb: values.help === true ? 'help' : values.version === true ? 'version' : verb,
    address,
    name,
    json,
    idl: values.idl,
    includePaths: values.include ?? [],
    client,
    multiplexed: values.multiplexed,
    headers,
    timeoutMs,
    binary: oneOf('--binary', values.binary ?? 'base64', ['base64', 'text', 'hex']),
    verbose: values.verbose === true,
    reach: reachOf(values),
    repeat,
    concurrency: count('--concurrency', values.concurrency ?? '1', 1_000),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, allowNegative: true });
  } catch (error) {
    throw new UsageError(reasonOf(error));
  }
}

const REACH = [
  ...['idl', 'include', 'protocol', 'framing', 'old-style', 'multiplexed'],
  ...['tls', 'ca', 'cert', 'key', 'servername', 'insecure'],
] as const satisfies readonly (keyof Values)[];

function reachOf(values: Values): string[] {
  return REACH.flatMap((name) =>
    [values[name] ?? []]
      .flat()
      .flatMap((value) => (typeof value === 'boolean' ? [`--${value ? '' : 'no-'}${name}`] : [`--${name}`, value])),
  );
}

type Verb = 'list' | 'describe' | 'call';

/** How many words may follow each command. */
const WORDS: Readonly<Record<Verb, readonly [number, number]>> = { list: [0, 0], describe: [1, 1], call: [1, 2] };

function positionsOf(
  words: readonly string[],
  values: Values,
): [string, Verb, (string | undefined)?, (string | undefined)?] {
  if (values.help === true || values.version === true) return ['', 'list'];
  const needsNoAddress = values.idl !== undefined && (words[0] === 'list' || words[0] === 'describe');
  const [address = '', verb, ...rest] = needsNoAddress ? ['', ...words] : words;
  if (verb === undefined) {
    throw new UsageError(
      address === ''
        ? 'expected HOST:PORT and a command: list, describe NAME, or call SERVICE.METHOD'
        : `expected a command after '${address}': list, describe NAME, or call SERVICE.METHOD`,
    );
  }
  if (!isVerb(verb)) throw new UsageError(`unknown command '${verb}': expected list, describe or call after HOST:PORT`);
  const [least, most] = WORDS[verb];
  if (rest.length < least)
    throw new UsageError(`expected a name after ${verb}: thriftcall ${address} list shows what there is`);
  if (rest.length > most) {
    throw new UsageError(
      `'${rest[most] ?? ''}' is too much after ${verb}: is the JSON in quotes, so that the shell keeps it in one piece?`,
    );
  }
  return [address, verb, rest[0], rest[1]];
}

function isVerb(word: string): word is Verb {
  return Object.hasOwn(WORDS, word);
}

function clientOptions(address: string, values: Values, timeoutMs: number): CommandLine['client'] {
  const tls = tlsOptions(values);
  return {
    ...(address !== '' && serverOf(address)),
    ...(tls && { tls }),
    protocol: oneOf('--protocol', values.protocol ?? 'binary', ['binary', 'compact', 'json']),
    framing: oneOf('--framing', values.framing ?? 'unframed', [
      'unframed',
      'framed',
      'header',
      'framed-header',
      'ttheader',
    ]),
    strict: values['old-style'] !== true,
    connectTimeoutMs: Math.min(5_000, timeoutMs),
    // The command reports what happens, rather than to wait for better times.
    waitForConnection: false,
    maxRetries: 0,
    limits: { maxCallsPerConnection: 1 },
  };
}

function serverOf(address: string): Pick<ThriftClientOptions, 'host' | 'port' | 'path'> {
  if (address.startsWith('unix:') && address.length > 5) return { path: address.slice(5) };
  try {
    const { host, port } = parseTarget(address);
    return { host, port };
  } catch {
    throw new UsageError(
      `'${address}' is no address: write HOST:PORT, like localhost:9090 or [::1]:9090, or unix:PATH`,
    );
  }
}

function tlsOptions({ tls, ca, cert, key, servername, insecure }: Values): ThriftClientTlsOptions | undefined {
  const given = [ca, cert, key, servername].some((value) => value !== undefined) || insecure === true;
  if (tls !== true && !given) return undefined;
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('--cert and --key belong together: give both');
  return {
    ...(ca !== undefined && { caFile: ca }),
    ...(cert !== undefined && { certFile: cert }),
    ...(key !== undefined && { keyFile: key }),
    ...(servername !== undefined && { servername }),
    ...(insecure === true && { rejectUnauthorized: false }),
  };
}

function headersOf(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] = /^([^:\s][^:]*?)\s*:\s*(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined) {
        throw new UsageError(`--header '${text}' has no name: write it as 'NAME: VALUE'`);
      }
      return [name, value];
    }),
  );
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

function time(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  const ms = Number(digits) * (UNITS[unit] ?? NaN);
  if (ms >= 1 && ms <= 86_400_000) return ms;
  throw new UsageError(
    `--timeout must be a number with its unit, like 500ms, 10s or 2m, up to 24 hours, got '${text}'`,
  );
}

function count(option: string, text: string, most: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= most) return number;
  throw new UsageError(`${option} must be a whole number from 1 to ${String(most)}, got '${text}'`);
}

function oneOf<const Name extends string>(option: string, given: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === given);
  if (found !== undefined) return found;
  throw new UsageError(`${option} must be one of ${names.join(', ')}, got '${given}'`);
}
