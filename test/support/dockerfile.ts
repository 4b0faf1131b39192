import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { projectRoot } from '@tasks/testing/project-copy';

/** One instruction of a Dockerfile: `keyword` is upper case, `text` the rest. */
export interface Instruction {
  keyword: string;
  text: string;
}

/** The instructions of a Dockerfile, continuation lines joined, comments dropped. */
export function readDockerfile(path: string): Instruction[] {
  const lines = readFileSync(path, 'utf8').replaceAll('\\\n', ' ').split('\n');
  return lines
    .map((line) => /^([A-Z]+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, keyword = '', text = '']) => ({ keyword, text: text.trim() }));
}

/** The words of a JSON form (`["node", "x"]`) or of a plain text. */
export function words(text: string): string[] {
  return text.startsWith('[') ? (JSON.parse(text) as string[]) : text.split(/\s+/);
}

/**
 * Carries out a Dockerfile without an engine: each stage is a folder, absolute paths lead into it, and the installation
 * (`npm ci`) links the packages of this checkout, which `npm test` has just compared with the lock file. What needs
 * root (`chown`) is written down instead. What an engine alone can do (`FROM`'s files, users, ports) is left out.
 */
export class DockerfileReplay {
  /** The environment that the image sets, with its paths inside the folder of the last stage. */
  readonly environment: Record<string, string> = {};
  /** What was to be run as root. */
  readonly asRoot: string[] = [];
  #stage = '';
  #workdir = '';

  constructor(
    private readonly folder: string,
    instructions: readonly Instruction[],
  ) {
    for (const instruction of instructions) this.#carryOut(instruction);
  }

  /** The place of an absolute path of the image's last stage. */
  inImage(path: string): string {
    return join(this.#stage, path);
  }

  /** The working directory of the image. */
  get workdir(): string {
    return this.inImage(this.#workdir);
  }

  #carryOut({ keyword, text }: Instruction): void {
    if (keyword === 'FROM') this.#from(text);
    if (keyword === 'WORKDIR') this.#enter(text);
    if (keyword === 'ENV') for (const pair of words(text)) this.#set(pair);
    if (keyword === 'COPY') this.#copy(words(text));
    if (keyword === 'RUN') for (const command of text.split('&&')) this.#run(command.trim());
  }

  #from(text: string): void {
    this.#stage = join(this.folder, / AS (\w+)$/.exec(text)?.[1] ?? 'final');
    mkdirSync(join(this.#stage, 'usr/local/bin'), { recursive: true });
  }

  #enter(path: string): void {
    this.#workdir = path;
    mkdirSync(this.workdir, { recursive: true });
  }

  #set(pair: string): void {
    const [name = '', value = ''] = pair.split('=');
    this.environment[name] = isAbsolute(value) ? this.inImage(value) : value;
  }

  #copy(args: string[]): void {
    const stage = args[0]?.startsWith('--from=') ? args.shift()?.slice('--from='.length) : undefined;
    const target = join(this.workdir, args.pop() ?? '');
    for (const source of args) {
      const place = args.length > 1 || target.endsWith('/') ? join(target, basename(source)) : target;
      if (stage === undefined) cpSync(join(projectRoot, source), place, { recursive: true });
      else shareTree(join(this.folder, stage, source), place);
    }
  }

  #run(command: string): void {
    if (command.startsWith('chown ')) {
      this.asRoot.push(command);
    } else if (command.startsWith('npm ci ')) {
      shareTree(join(projectRoot, 'node_modules'), join(this.workdir, 'node_modules'));
      // npm writes this one in place: the checkout keeps its own.
      replaceByCopy(join(this.workdir, 'node_modules/.package-lock.json'));
    } else {
      this.#shell(command.replaceAll(/(?<=\s)\/(?=\w)/g, `${this.#stage}/`));
    }
  }

  #shell(command: string): void {
    const { status, stdout, stderr } = spawnSync('sh', ['-ec', command], { cwd: this.workdir, encoding: 'utf8' });
    if (status !== 0) throw new Error(`RUN ${command} ended with ${String(status)}:\n${stdout}${stderr}`);
  }
}

/** A folder with the same files, hard links where the file system allows it: 25,000 files in 2 s and no space. */
function shareTree(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) shareTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else shareFile(source, target);
  }
}

function shareFile(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target); // Another file system.
  }
}

function replaceByCopy(file: string): void {
  const content = readFileSync(file);
  rmSync(file);
  writeFileSync(file, content);
}
