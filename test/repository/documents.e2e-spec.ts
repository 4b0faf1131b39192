import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { LIMIT_RULES } from 'nestjs-thrift';
import { projectRoot } from '@tasks/testing/project-copy';
import { parseConfig as parseGatewayConfig } from '../../gateway/src/config/config.js';
import { parseConfig } from '../../src/config/config.js';
import { LIMIT_NAMES, limitVariable } from '../../src/config/limit-variables.js';
import { tasksCommand } from '../../src/interface/cli/tasks-command.js';

const BUILT = new Set(['node_modules', 'dist', '.git', '.cache', 'data', 'coverage']);

/** Texts by their paths from the root: all Markdown, and the alerts, whose links lead into it. */
const documents = new Map(
  files(projectRoot, /\.md$|^[\w-]*alerts\.yaml$/).map((path) => [
    relative(projectRoot, path),
    readFileSync(path, 'utf8'),
  ]),
);

function files(folder: string, name: RegExp): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return BUILT.has(entry.name) ? [] : files(path, name);
    return name.test(entry.name) ? [path] : [];
  });
}

function textOf(path: string): string {
  const text = documents.get(path);
  if (text === undefined) throw new Error(`${path} does not exist`);
  return text;
}

function manifest(workspace: string): { readonly scripts: object; readonly repository: { readonly url: string } } {
  // By its folder, or by its name.
  const folder = ['', 'node_modules'].map((parent) => join(projectRoot, parent, workspace)).find(existsSync) ?? '';
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as ReturnType<typeof manifest>;
}

/** Every variable that a configuration looks at. */
function variablesRead(parse: (variables: Record<string, string>) => unknown): string[] {
  const read = new Set<string>();
  parse(new Proxy<Record<string, string>>({}, { get: (_, name) => void read.add(String(name)) }));
  return [...read];
}

/** Rows of the tables of a section: names in the first cell, and the defaults where the second has one for each. */
function documentedVariables(section: string): Map<string, string | undefined> {
  const [, text = ''] =
    new RegExp(`^## ${section}$(.*?)(?=^## |$(?![^]))`, 'ms').exec(textOf('docs/configuration.md')) ?? [];
  const rows = [...text.matchAll(/^\| (`[A-Z][A-Z0-9_]+`.*?) \| (.+?) \|/gm)];
  return new Map(
    rows.flatMap(([, cell = '', defaults = '']) => {
      const names = [...cell.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name = '']) => name);
      const values = /^`[^`]+`(, `[^`]+`)*$/.test(defaults) ? [...defaults.matchAll(/`([^`]+)`/g)] : [];
      return names.map((name, place) => [name, values[values.length === 1 ? 0 : place]?.[1]] as const);
    }),
  );
}

/** Whether the configuration is the same with and without this value of a variable. */
function isDefault(parse: (variables: Record<string, string>) => unknown, name: string, value: string): boolean {
  const limit = LIMIT_NAMES.find((limit) => limitVariable(limit) === name);
  if (limit) return String(LIMIT_RULES[limit].default) === value;
  // A store is a default as a whole; everything else is compared on MongoDB, where every variable is used.
  const others: Record<string, string> = /STORE$/.test(name) ? {} : { STORE: 'mongo', GATEWAY_STORE: 'mongo' };
  const parsed = (variables: Record<string, string>): string =>
    JSON.stringify(parse({ ...others, ...variables }), (key, part: unknown) =>
      ['namedBy', 'chosenBy'].includes(key) ? undefined : part,
    );
  return parsed({ [name]: value }) === parsed({});
}

/** The anchors of a page's headings, as they stand in links. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/\s/g, '-'),
  );
}

describe('Our documents', () => {
  it('name every variable that is read, with its true default', () => {
    for (const [section, parse] of [
      ['Tasks service', parseConfig],
      ['Gateway', parseGatewayConfig],
    ] as const) {
      const documented = documentedVariables(section);
      // The gateway reads those of MongoDB and of OpenTelemetry as Tasks does.
      const known = new Set([...documented.keys(), ...documentedVariables('Tasks service').keys()]);
      const read = variablesRead(parse);
      expect(read.filter((name) => !known.has(name))).toEqual([]);
      expect([...documented.keys()].filter((name) => !read.includes(name))).toEqual([]);
      const defaults = [...documented].filter((row): row is [string, string] => row[1] !== undefined);
      expect(defaults.length).toBeGreaterThan(15);
      expect(defaults.filter(([name, value]) => !isDefault(parse, name, value))).toEqual([]);
    }
  });

  it('name only commands that exist', async () => {
    const scripts = manifest('').scripts;
    const unknown: string[] = [];
    const tasksCommands = new Set<string>();
    for (const [path, text] of documents) {
      // A list of changes names what there was.
      if (path.endsWith('CHANGELOG.md')) continue;
      for (const [line, run, short = ''] of text.matchAll(
        /npm (?:run (?:--silent )?([a-z][\w:-]*)|(start|test)\b)[^`\n]*/g,
      )) {
        const [, workspace] = / -w ([\w/@-]+)/.exec(line) ?? [];
        const own = workspace === undefined ? scripts : manifest(workspace).scripts;
        if (!((run ?? short) in own)) unknown.push(`${path}: ${line}`);
      }
      for (const [, name = ''] of text.matchAll(/^tasks (\w+)/gm)) tasksCommands.add(name);
    }
    expect(unknown).toEqual([]);
    expect(tasksCommands).toContain('backup');
    for (const name of tasksCommands) {
      let help = '';
      const write = (text: string): void => void (help += text);
      const program = { version: '1.2.3', loadMaintenance: () => import('../../src/bootstrap/maintenance.js') };
      await tasksCommand([name, '--help'], { out: write, err: write, columns: undefined }, program);
      expect(help).toContain(`Usage: tasks ${name}`);
    }
  });

  it('link to files, headings and tests that exist', () => {
    const here = `${manifest('').repository.url.replace(/^git\+|\.git$/g, '')}/blob/main/`;
    const broken: string[] = [];
    let checked = 0;
    const check = (path: string, link: string): void => {
      const [target = '', anchor] = link.startsWith(here) ? link.slice(here.length).split('#') : link.split('#');
      const base = link.startsWith(here) ? projectRoot : join(projectRoot, dirname(path));
      const file = target === '' ? join(projectRoot, path) : join(base, target);
      const page = documents.get(relative(projectRoot, file));
      checked += 1;
      if (!existsSync(file) || (anchor !== undefined && page !== undefined && !anchorsOf(page).includes(anchor)))
        broken.push(`${path}: ${link}`);
    };
    for (const [path, text] of documents) {
      const prose = text.replaceAll(/^```.*?^```/gms, '');
      for (const [, link = ''] of prose.replaceAll(/`[^`\n]*`/g, '').matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g))
        check(path, link);
      for (const [, link = ''] of text.matchAll(/runbook_url: (.+)/g)) check(path, link);
      // A test is named by its path from the root, from its workspace or from the folder of tests.
      const folders = ['', dirname(path), join(dirname(path), '..'), 'gateway/test', 'web/test/browser'];
      for (const [name] of prose.matchAll(/\b(?!src\/)[\w.-]+\/[\w./-]+\.(?:e2e-|ci-)?spec\.ts\b/g)) {
        checked += 1;
        if (!folders.some((folder) => existsSync(join(projectRoot, folder, name)))) broken.push(`${path}: ${name}`);
      }
    }
    expect(checked).toBeGreaterThan(200);
    expect(broken).toEqual([]);
  });
});
