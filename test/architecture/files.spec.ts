import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';

const longestLines = 300;
const idleName = /^(utils?|common|helpers?)$|Impl$/i;

const files = ['src', 'test', 'bench'].flatMap(typescriptIn);
const sources = files.map((path) => ({ path, text: readFileSync(join(projectRoot, path), 'utf8') }));

function typescriptIn(folder: string): string[] {
  const entries = readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' });
  return entries.filter((path) => path.endsWith('.ts')).map((path) => `${folder}/${path.replaceAll('\\', '/')}`);
}

/** The paths of the files whose text breaks a rule, each with what broke it. */
function offenders(pattern: RegExp): string[] {
  return sources.flatMap(({ path, text }) => [...text.matchAll(pattern)].map(([found]) => `${path}: ${found}`));
}

describe('The source files', () => {
  it('are found', () => {
    expect(files).toContain('src/domain/task.ts');
    expect(files).toContain('test/architecture/files.spec.ts');
  });

  it(`have at most ${String(longestLines)} lines, generated ones apart`, () => {
    const lengths = sources.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }));
    const long = lengths.filter(({ path, lines }) => lines > longestLines && !path.endsWith('.generated.ts'));
    expect(long).toEqual([]);
  });

  it('are not named after having no idea: utils, common, helpers, Impl', () => {
    const parts = files.flatMap((path) => path.split('/').map((part) => ({ path, part: basename(part, '.ts') })));
    const words = parts.map(({ path, part }) => ({ path, words: part.split('.') }));
    expect(words.filter(({ words }) => words.some((word) => idleName.test(word) || /-impl$/.test(word)))).toEqual([]);
  });

  it('declare no Impl and no I-prefixed type', () => {
    expect(offenders(/\b(class|interface|type) (I[A-Z][a-z]\w*|\w+Impl)\b/g)).toEqual([]);
  });

  it('import each other with the extension .js', () => {
    expect(offenders(/(?:from|import|import\() ?'\.{1,2}\/[^']*(?<!\.(?:js|json|cjs|mjs))'/g)).toEqual([]);
  });
});
