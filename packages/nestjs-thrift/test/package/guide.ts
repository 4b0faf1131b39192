import { readFileSync } from 'node:fs';

/** Steps of a guide. */
interface Guide {
  /** The files to write, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** The commands to run, in order. */
  readonly commands: readonly string[];
}

/** Parses a section of the transport's manual: each file under its name, and the lines of its shell blocks. */
export function readGuide(title: string): Guide {
  const readme = readFileSync(new URL('../../docs/manual.md', import.meta.url), 'utf8');
  const [, section] = new RegExp(`^## ${title}\n(.*?)^## `, 'ms').exec(readme) ?? [];
  if (section === undefined) throw new Error(`the manual has no section ${title}`);
  const files = [...section.matchAll(/^[^`\n]*`([^`\n]+)`:\n\n```\w+\n(.*?)^```$/gms)];
  const shell = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, lines = '']) => lines);
  return {
    files: Object.fromEntries(files.map(([, path = '', text = '']) => [path, text])),
    commands: shell
      .join('')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/ +#.*$/, '')),
  };
}
