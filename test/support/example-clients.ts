import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { findPython } from '@tasks/testing/python';
import { projectRoot } from '@tasks/testing/project-copy';
import { runProgram, type ProgramResult } from '@tasks/testing/run-program';

/** A row of the table in docs/clients.md. */
export interface ClientRow {
  /** `Go 1.26`. */
  readonly language: string;
  /** `github.com/apache/thrift 0.25.0`. */
  readonly library: string;
  /** `Thrift compiler 0.17.0`. */
  readonly code: string;
  /** Protocol and transport of each dialect, as the example's arguments. */
  readonly dialects: readonly (readonly [protocol: string, transport: string])[];
  /** The path of the example, from the root of the project. */
  readonly example: string;
}

/** The table of docs/clients.md. */
export function clientRows(): ClientRow[] {
  const page = readFileSync(join(projectRoot, 'docs/clients.md'), 'utf8');
  const [, body = ''] = /^\| language.*\n\|[-|]+\|\n((?:\|.*\n)+)/m.exec(page) ?? [];
  return body
    .trim()
    .split('\n')
    .map((line) => {
      const [language = '', library = '', code = '', protocols = '', transports = '', link = ''] = line
        .slice(2, -2)
        .split(' | ');
      const dialects = protocols.split(', ').flatMap((one) => transports.split(', ').map((two) => [one, two] as const));
      return { language, library, code, dialects, example: /\(\.\.\/(.*)\)/.exec(link)?.[1] ?? '' };
    });
}

/** How an example is run, and the versions of what it uses. */
export interface ExampleClient {
  /** The words that run it, before its own arguments. */
  readonly command: readonly [program: string, ...args: string[]];
  /** The folder that it runs in. */
  readonly cwd: string;
  /** Passes the arguments on, where that is not by appending them. */
  readonly withArguments?: (args: readonly string[]) => readonly string[];
  /** `Go 1.26.8`. */
  readonly language: string;
  /** Library and version, as pinned. */
  readonly library: string;
  /** The compiler and its version; undefined where there is none. */
  readonly compiler: string | undefined;
}

export async function runExample(client: ExampleClient, args: readonly string[]): Promise<ProgramResult> {
  const [program, ...before] = client.command;
  const withArguments = client.withArguments ?? ((same) => same);
  const result = await runProgram(program, [...before, ...withArguments(args)], { cwd: client.cwd });
  // Maven switches colours off, also where there are none.
  const [stdout, stderr] = [stripVTControlCharacters(result.stdout), stripVTControlCharacters(result.stderr)];
  return { ...result, stdout, stderr };
}

/** The examples by their paths; undefined where something is missing that an example needs. */
export const EXAMPLE_CLIENTS: Readonly<Record<string, () => Promise<ExampleClient | undefined>>> = {
  'examples/client.py': pythonClient,
  'examples/client.ts': nodeClient,
  'examples/go/main.go': () => unlessMissing(goClient),
  'examples/java/src/main/java/Client.java': () => unlessMissing(javaClient),
};

async function pythonClient(): Promise<ExampleClient | undefined> {
  const python = findPython();
  if (python === undefined) return undefined;
  return {
    command: [python, 'examples/client.py'],
    cwd: projectRoot,
    language: await printed(python, ['--version'], /Python [\d.]+/),
    library: `thriftpy2 ${pinnedVersion('packages/testing/requirements.txt', /^thriftpy2==(.*)$/m)}`,
    compiler: undefined,
  };
}

function nodeClient(): Promise<ExampleClient> {
  return Promise.resolve({
    command: [process.execPath, '--import', './scripts/typescript.mjs', 'examples/client.ts'],
    cwd: projectRoot,
    language: `Node ${process.versions.node}`,
    library: `nestjs-thrift ${pinnedVersion('packages/nestjs-thrift/package.json', /"version": "(.*)"/)}`,
    compiler: undefined,
  });
}

async function goClient(): Promise<ExampleClient> {
  const cwd = join(projectRoot, 'examples/go');
  const program = join(projectRoot, '.cache/example-go', process.platform === 'win32' ? 'client.exe' : 'client');
  const language = (await printed('go', ['version'], /go[\d.]+/)).replace('go', 'Go ');
  const compiler = await thriftCompiler();
  await mustRun('go', ['generate'], cwd);
  await mustRun('go', ['build', '-buildvcs=false', '-trimpath', '-o', program, '.'], cwd);
  const library = `github.com/apache/thrift ${pinnedVersion('examples/go/go.mod', /apache\/thrift v(.*)$/m)}`;
  return { command: [program], cwd, language, library, compiler };
}

async function javaClient(): Promise<ExampleClient> {
  const cwd = join(projectRoot, 'examples/java');
  const maven = ['mvn', '--quiet', '--batch-mode'] as const;
  const language = (await printed('javac', ['-version'], /javac [\d.]+/)).replace('javac', 'Java');
  const compiler = await thriftCompiler();
  await mustRun(maven[0], [...maven.slice(1), 'compile'], cwd);
  const library = pinnedVersion('examples/java/pom.xml', /libthrift<\/artifactId>\s*<version>(.*)<\/version>/);
  return {
    command: [...maven, '--offline', 'compile', 'exec:java'],
    withArguments: (args) => [`-Dexec.args=${args.join(' ')}`],
    cwd,
    language,
    library: `org.apache.thrift:libthrift ${library}`,
    compiler,
  };
}

async function thriftCompiler(): Promise<string> {
  const version = await printed('thrift', ['-version'], /Thrift version [\d.]+/);
  return version.replace('version', 'compiler');
}

/** What can't be built is left out with a warning; with REQUIRE_INTEROP=1 that is an error. */
async function unlessMissing(build: () => Promise<ExampleClient>): Promise<ExampleClient | undefined> {
  try {
    return await build();
  } catch (error) {
    if (process.env.REQUIRE_INTEROP === '1') throw error;
    console.warn(`NOT RUN: an example. ${String(error)}`);
    return undefined;
  }
}

async function printed(program: string, args: readonly string[], pattern: RegExp): Promise<string> {
  const { stdout, stderr } = await mustRun(program, args, projectRoot);
  const [match] = pattern.exec(stdout + stderr) ?? [];
  if (match === undefined) throw new Error(`${program} printed no version: ${stdout}${stderr}`);
  return match;
}

async function mustRun(program: string, args: readonly string[], cwd: string): Promise<ProgramResult> {
  const path = process.env.PATH ?? '';
  if (!path.split(delimiter).some((folder) => existsSync(join(folder, program))) && !existsSync(program)) {
    throw new Error(`There is no ${program} on the PATH`);
  }
  const result = await runProgram(program, args, { cwd });
  if (result.code === 0) return result;
  throw new Error(`${program} ${args.join(' ')} failed: ${result.stdout}${result.stderr}`);
}

/** The version that a file pins. */
function pinnedVersion(path: string, pattern: RegExp): string {
  const [, version] = pattern.exec(readFileSync(join(projectRoot, path), 'utf8')) ?? [];
  if (version === undefined) throw new Error(`${path} has nothing like ${String(pattern)}`);
  return version;
}
