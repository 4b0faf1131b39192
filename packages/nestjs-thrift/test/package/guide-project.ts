import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram, runProgram, type ProgramResult } from '@tasks/testing/run-program';
import { readGuide, readReadme, readSnippets, sectionsWithCode } from './guide.js';

/** Packages come from npm's cache where possible, without messages about funding. */
const NPM = { npm_config_prefer_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false' };
/** The last version that runs on Node 20. It is in no manifest of this repository, which builds by `tsc`. */
const NEST_CLI = '@nestjs/cli@11.0.24';
/** The release of Nest to install, where it is not this project's: `NEST_RELEASE=11.1.6`. */
const { NEST_RELEASE } = process.env;
/** The sections that build on each other, in the order of the manual. */
const SECTIONS = [
  'In ten minutes',
  'Several IDL files',
  'Validation',
  'Exceptions',
  'Guards',
  'Hybrid applications',
  'Testing',
  'Tracing',
];
/** Those that change a file of the others. */
const VARIANTS = ['The IDL in the build', 'CommonJS'];
/** The names that the snippets use, which are no files. */
const SNIPPET_HEAD = `
import { type ExecutionContext } from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { argumentsFromJson, ClientThrift, resultToJson, ThriftRecord, ThriftServer, type ThriftContext } from 'nestjs-thrift';
declare const client: ClientThrift;
declare const execution: ExecutionContext;
declare const idl: string;
`;
const loadedFiles = new URL('./loaded-files.mjs', import.meta.url).href;

/** A temporary project outside the checkout that follows the transport's guide with the packed package. */
export class GuideProject {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), 'thrift-guide-')));
  private readonly guides = SECTIONS.map(readGuide);

  /** Packs the transport and follows the guide, without starting programs. @throws Error on a failure. */
  async build(): Promise<void> {
    const unknown = sectionsWithCode().filter((title) => ![...SECTIONS, ...VARIANTS].includes(title));
    if (unknown.length > 0) throw new Error(`no test runs the code of the manual's sections: ${unknown.join(', ')}`);
    const pack = ['pack', '--silent', '-w', 'nestjs-thrift', '--pack-destination', this.path];
    await mustSucceed('npm', pack, projectRoot);
    const written: string[] = [];
    for (const [place, { files, commands }] of this.guides.entries()) {
      for (const [path, text] of Object.entries(files)) this.write(path, text);
      written.push(...Object.keys(files));
      for (const command of commands.filter((line) => /^np[mx] /.test(line))) {
        const isBetween = place > 0 && place < this.guides.length - 1;
        // Later sections add files, and change none: the last one compiles all of them.
        if (command === 'npx tsc' && isBetween) this.checkImports(written);
        else await mustSucceed('sh', ['-c', pinned(command, this.tarball)], this.path);
      }
    }
    this.writeVariant('cjs', 'commonjs', readGuide('CommonJS').files['src/main.ts'] ?? '');
    await this.writeReadme();
    this.writeSnippets();
    await mustSucceed('npx', ['tsc', '-b', 'cjs', 'readme', 'snippets'], this.path);
  }

  /** What is compiled after a section must not need a file of a later one. */
  private checkImports(paths: readonly string[]): void {
    for (const path of paths.filter((path) => path.endsWith('.ts'))) {
      for (const [, name = ''] of readFileSync(join(this.path, path), 'utf8').matchAll(/ from '(\.\/[^']+)\.js'/g)) {
        const file = join(this.path, dirname(path), `${name}.ts`);
        if (!existsSync(file)) throw new Error(`${path} imports ${name}.js before the manual has it`);
      }
    }
  }

  /** The packed transport. */
  get tarball(): string {
    const name = readdirSync(this.path).find((file) => file.endsWith('.tgz'));
    if (name === undefined) throw new Error('nothing was packed');
    return join(this.path, name);
  }

  /** The README's service, which prints its address, and its client; both use the port in PORT. */
  private async writeReadme(): Promise<void> {
    for (const [path, text] of Object.entries(readReadme())) {
      this.write(`readme/${path}`, text.replace('port: 9090', 'port: Number(process.env.PORT)'));
    }
    const print = "console.log('Listening on', server.unwrap().address());\n";
    appendFileSync(join(this.path, 'readme/src/main.ts'), print);
    this.write('readme/package.json', JSON.stringify({ type: 'module' }));
    this.write('readme/tsconfig.json', this.fileOf('tsconfig.json'));
    const types = ['thrift-types', 'readme/idl/greeter.thrift', '-o', 'readme/src/greeter.ts'];
    await mustSucceed('npx', types, this.path);
  }

  /** What the guide shows of code without a file: it has to compile. */
  private writeSnippets(): void {
    const snippets = [...readSnippets('README.md'), ...readSnippets('docs/manual.md')];
    for (const [place, text] of snippets.entries()) {
      this.write(`snippets/src/${String(place)}.ts`, SNIPPET_HEAD + text);
    }
    this.write('snippets/tsconfig.json', this.fileOf('tsconfig.json'));
    this.write('snippets/package.json', JSON.stringify({ type: 'module' }));
  }

  /** Builds the service by `nest build`, with the IDL in its folder; returns the folder. */
  async nestBuild(): Promise<string> {
    const { files } = readGuide('The IDL in the build');
    const main = this.fileOf('src/main.ts').replace(/^const server = .*$/m, files['src/main.ts'] ?? '');
    this.writeVariant('nest', 'module', main);
    this.write('nest/nest-cli.json', files['nest-cli.json'] ?? '');
    this.write('nest/src/idl/greeter.thrift', this.fileOf('idl/greeter.thrift'));
    await mustSucceed('npm', ['install', '--no-save', '--silent', NEST_CLI], this.path);
    const folder = join(this.path, 'nest');
    await mustSucceed('../node_modules/.bin/nest', ['build'], folder);
    return folder;
  }

  /** The service in a folder of its own, with another start. */
  private writeVariant(folder: string, type: string, main: string): void {
    this.write(`${folder}/package.json`, JSON.stringify({ type }));
    this.write(`${folder}/tsconfig.json`, this.fileOf('tsconfig.json'));
    this.write(`${folder}/src/greeter.ts`, readFileSync(join(this.path, 'src/greeter.ts'), 'utf8'));
    this.write(`${folder}/src/greeter.module.ts`, this.fileOf('src/greeter.module.ts'));
    this.write(`${folder}/src/main.ts`, main);
  }

  /** A file as the guide has it. */
  private fileOf(path: string): string {
    const text = this.guides.map(({ files }) => files[path]).find((text) => text !== undefined);
    if (text === undefined) throw new Error(`the guide has no file ${path}`);
    return text;
  }

  private write(path: string, text: string): void {
    mkdirSync(join(this.path, dirname(path)), { recursive: true });
    writeFileSync(join(this.path, path), text);
  }

  /** The guide's commands that start programs. */
  get programs(): readonly string[] {
    return this.guides.flatMap(({ commands }) => commands.filter((line) => !/^(npm|npx|pip) /.test(line)));
  }

  /** Starts a program of the guide; at SIGUSR2 it prints the files that it has loaded. */
  start(file: string, env: Record<string, string>, folder = '.'): RunningProgram {
    const args = ['--import', loadedFiles, file];
    return new RunningProgram(process.execPath, args, { cwd: join(this.path, folder), env });
  }

  /** Runs a program of the guide to its end. */
  run(
    program: string,
    args: string | readonly string[],
    env: Record<string, string>,
    folder = '.',
  ): Promise<ProgramResult> {
    return runProgram(program, [args].flat(), { cwd: join(this.path, folder), env });
  }

  /** The packages in node_modules, each as often as installed. */
  installedPackages(): string[] {
    return readdirSync(join(this.path, 'node_modules'), { recursive: true, encoding: 'utf8' }).flatMap((path) => {
      const [, name] =
        /(?:^|node_modules\/)((?:@[^/]+\/)?[^@/]+)\/package\.json$/.exec(path.replaceAll('\\', '/')) ?? [];
      return name === undefined ? [] : [name];
    });
  }

  /** The folders of the packages that the program has loaded. */
  async loadedPackages(program: RunningProgram): Promise<string[]> {
    program.signal('SIGUSR2');
    const [, urls = '[]'] = await program.printed(/LOADED (.*) END/);
    const files = (JSON.parse(urls) as string[])
      .filter((url) => url.startsWith('file:'))
      .map((url) => fileURLToPath(url));
    const folders = files.map((file) => /.*node_modules.(?:@[^\\/]+.)?[^\\/]+/.exec(file)?.[0]);
    return [...new Set(folders)].filter((folder) => folder !== undefined);
  }

  /** Deletes it. */
  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Adapts a command to the tarball's path and the versions of this project. */
function pinned(command: string, tarball: string): string {
  if (!command.startsWith('npm install ')) return command;
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const versions = new Map(Object.entries({ ...dependencies, ...devDependencies }));
  const words = command.split(' ').map((word) => {
    const version = word.startsWith('@nestjs/') ? versionOfNest(word, versions) : versions.get(word);
    return version === undefined ? word : `${word}@${version}`;
  });
  return words.join(' ').replace('TARBALL', tarball);
}

/** Terminus has releases of its own, of the same major version. Platforms have those of the core. */
function versionOfNest(name: string, versions: ReadonlyMap<string, string>): string | undefined {
  if (name === '@nestjs/terminus') return NEST_RELEASE?.replace(/\..*/, '') ?? versions.get(name);
  return NEST_RELEASE ?? versions.get(name) ?? versions.get('@nestjs/core');
}

async function mustSucceed(program: string, args: readonly string[], cwd: string): Promise<ProgramResult> {
  const result = await runProgram(program, args, { cwd, env: NPM });
  if (result.code === 0) return result;
  throw new Error(`${program} ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
}
