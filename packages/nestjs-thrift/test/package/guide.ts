import { readFileSync } from 'node:fs';

/** Steps of a guide. */
export interface Guide {
  /** The files to write, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** The commands to run, in order. */
  readonly commands: readonly string[];
}

/**
 * Parses the section `In ten minutes` of the transport's README: each file under its name, and the lines of its shell
 * blocks.
 */
export function readGuide(): Guide {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, section = ''] = /^## In ten minutes\n(.*?)^## /ms.exec(readme) ?? [];
  const files = [...section.matchAll(/^[^`\n]*`([^`\n]+)`:\n\n```\w+\n(.*?)^```$/gms)];
  const shell = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, lines = '']) => lines);
  return {
    files: Object.fromEntries(files.map(([, path = '', text = '']) => [path, text])),
    commands: shell
      .join('')
      .trim()
      .split('\n')
      .map((line) => line.replace(/ +#.*$/, '')),
  };
}
