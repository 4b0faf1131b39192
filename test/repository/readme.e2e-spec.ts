import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/config/config.js';
import { LIMIT_NAMES, limitVariable } from '../../src/config/limit-variables.js';
import { LIMIT_RULES } from 'nestjs-thrift';
import { projectRoot } from '@tasks/testing/project-copy';
import { variablesRead } from '../support/variables-read.js';

const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
const contributing = readFileSync(join(projectRoot, 'CONTRIBUTING.md'), 'utf8');

const configurationPage = readFileSync(join(projectRoot, 'docs/configuration.md'), 'utf8');
const [, tasksVariables = ''] = /^## Tasks service$(.*?)^## /ms.exec(configurationPage) ?? [];

/** The variable tables: names in the first cell, and the default where the second is one code span. */
const documented = [
  ...tasksVariables.matchAll(/^\| (`[A-Z][A-Z0-9_]+`(?:, `[A-Z][A-Z0-9_]+`)*) \| (.+?) \|/gm),
].flatMap(([, names = '', defaults = '']) =>
  [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => ({ name, preset: /^`([^`]+)`$/.exec(defaults)?.[1] })),
);
const documentedDefaults = documented.flatMap(({ name, preset }) => (preset === undefined ? [] : [{ name, preset }]));

/** The commands in a text: `npm start`, `npm test`, and the names after `npm run`. */
function namedCommands(text: string): string[] {
  return [...text.matchAll(/npm (?:run\s+([\w:-]+)|(start|test)\b)/g)].map(([, run, short = '']) => run ?? short);
}

/** The configuration on MongoDB, where every variable is used. */
function configuration(variables: Record<string, string>): unknown {
  const { store, ...config } = parseConfig({ STORE: 'mongo', ...variables });
  return { ...config, store: { ...store, namedBy: undefined, chosenBy: undefined } };
}

describe('The page of the configuration', () => {
  it('documents every variable that is read, and no other', () => {
    expect(new Set(documented.map(({ name }) => name))).toEqual(variablesRead());
  });

  it.each(documentedDefaults)('has the true default of $name', ({ name, preset }) => {
    const limit = LIMIT_NAMES.find((limit) => limitVariable(limit) === name);
    if (limit) expect(preset).toBe(String(LIMIT_RULES[limit].default));
    else if (name === 'STORE') expect(parseConfig({ STORE: preset })).toEqual(parseConfig({}));
    else expect(configuration({ [name]: preset })).toEqual(configuration({}));
  });
});

describe('The README', () => {
  it('starts with the three commands', () => {
    const [, firstCode = ''] = /```sh\n(.*?)```/s.exec(readme) ?? [];
    expect(firstCode.match(/^npm (?:run )?\w+/gm)).toEqual(['npm run app', 'npm start', 'npm test']);
  });

  it('says below the commands that one has to be stopped before the other', () => {
    const [, paragraph = ''] = /```sh\n.*?```\n\n(.*?)\n\n/s.exec(readme) ?? [];
    expect(paragraph).toMatch(/`npm start` and `npm run app` .* stop the first \(Ctrl-C\)/);
  });

  it('names only commands of package.json, and existing files', () => {
    const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const commands = namedCommands(`${readme}${contributing}`);
    expect(commands.filter((name) => !(name in scripts))).toEqual([]);
    // A command must be in the table of CONTRIBUTING.md, or in the README.
    expect(Object.keys(scripts).filter((name) => !commands.includes(name))).toEqual([]);
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path);
    expect(links.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
  });
});

describe('The badges of the README', () => {
  it('say what package.json says', () => {
    const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
    const text = readFileSync(join(projectRoot, 'package.json'), 'utf8');
    const { license, engines } = JSON.parse(text) as { license: string; engines: { node: string } };
    const badges = [...readme.matchAll(/img\.shields\.io\/badge\/([\w%.]+)-([\w%.]+)-/g)];
    expect(badges.map(([, label, value = '']) => [label, decodeURIComponent(value)])).toEqual([
      ['license', license],
      ['node', engines.node],
    ]);
  });
});

describe('The index of docs/', () => {
  const index = readFileSync(join(projectRoot, 'docs', 'README.md'), 'utf8');

  it.each([
    ['document', '', /^(?!README).*\.md$/],
    ['decision', 'adr/', /\.md$/],
  ])('has every %s', (_what, folder, pattern) => {
    const names = readdirSync(join(projectRoot, 'docs', folder)).filter((name) => pattern.test(name));
    expect(names.filter((name) => !index.includes(`](${folder}${name})`))).toEqual([]);
  });

  it.each(readdirSync(join(projectRoot, 'docs/adr')))('has the title of %s, which has every section', (name) => {
    const text = readFileSync(join(projectRoot, 'docs/adr', name), 'utf8');
    const [, number = '', title = ''] = /^# (\d+)\. (.+)$/m.exec(text) ?? [];
    expect(Number(name.slice(0, 4))).toBe(Number(number));
    expect(index).toContain(`${number}. [${title}](adr/${name})`);
    expect(text).toMatch(/^Status: (accepted|superseded by .+), 2\d{3}-\d\d-\d\d/m);
    const sections = [...text.matchAll(/^## (.+)$/gm)].map(([, section]) => section);
    expect(sections).toEqual(['Context', 'Options considered', 'Decision', 'Consequences']);
  });
});
