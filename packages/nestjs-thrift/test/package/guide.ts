import { readFileSync } from 'node:fs';

/** Steps of a guide. */
interface Guide {
  /** The files to write, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** The commands to run, in order. */
  readonly commands: readonly string[];
}

/** A document of the transport. */
export type DocName = 'README.md' | 'docs/manual.md';

const FENCED = /^(?:[^`\n]*`(?<path>[^`\n]+)`:\n\n)?```(?<language>\w+)\n(?<text>.*?)^```$/gms;

interface Block {
  /** The path in the line before it, if any. */
  readonly path: string | undefined;
  readonly language: string;
  readonly text: string;
}

/** Parses a section of the transport's manual: each file under its name, and the lines of its shell blocks. */
export function readGuide(title: string): Guide {
  const section = sectionsOf('docs/manual.md').get(title);
  if (section === undefined) throw new Error(`the manual has no section ${title}`);
  const blocks = blocksOf(section);
  const shell = blocks.filter(({ language }) => language === 'sh');
  return {
    files: filesOf(blocks),
    commands: shell
      .map(({ text }) => text)
      .join('')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/ +#.*$/, '')),
  };
}

/** The files in the README, by path. */
export function readReadme(): Guide['files'] {
  return filesOf(blocksOf(readDoc('README.md')));
}

/** What the README calls by `thriftcall`: the words after the address. */
export function readReadmeCalls(): readonly string[] {
  const shell = blocksOf(readDoc('README.md')).filter(({ language }) => language === 'sh');
  const lines = shell.flatMap(({ text }) => text.split('\n'));
  return lines.flatMap((line) => /^thriftcall localhost:9090 (.*)/.exec(line)?.[1] ?? []);
}

/** The blocks of TypeScript that are not files. */
export function readSnippets(doc: DocName): readonly string[] {
  const blocks = blocksOf(readDoc(doc));
  return blocks.filter(({ path, language }) => path === undefined && language === 'ts').map(({ text }) => text);
}

/** The sections of the manual that have a file of TypeScript. */
export function sectionsWithCode(): readonly string[] {
  const sections = [...sectionsOf('docs/manual.md')];
  const hasCode = (text: string): boolean =>
    blocksOf(text).some(({ path, language }) => path !== undefined && language === 'ts');
  return sections.filter(([, text]) => hasCode(text)).map(([title]) => title);
}

function sectionsOf(doc: DocName): ReadonlyMap<string, string> {
  const [, ...sections] = readDoc(doc).split(/^## /m);
  return new Map(sections.map((section) => [section.slice(0, section.indexOf('\n')), section]));
}

function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(FENCED)].map(({ groups }) => ({
    path: groups?.['path'],
    language: groups?.['language'] ?? '',
    text: groups?.['text'] ?? '',
  }));
}

function filesOf(blocks: readonly Block[]): Guide['files'] {
  return Object.fromEntries(blocks.flatMap(({ path, text }) => (path === undefined ? [] : [[path, text]])));
}

function readDoc(doc: DocName): string {
  return readFileSync(new URL(`../../${doc}`, import.meta.url), 'utf8');
}
