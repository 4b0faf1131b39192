import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { resolveClientOptions } from '../../src/client/client-options.js';
import { thriftTypes } from '../../src/generate/command.js';
import { typeFile } from '../../src/generate/type-file.js';
import { LIMIT_RULES, parseSchema } from '../../src/index.js';

const folder = fileURLToPath(new URL('../../src/', import.meta.url));
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** Returns the section with that title, up to the next one. */
function section(title: string): string {
  const [, text] = new RegExp(`^## ${title}\n(.*?)(?=^## |$(?![^]))`, 'ms').exec(readme) ?? [];
  if (text === undefined) throw new Error(`the README has no section ${title}`);
  return text;
}

/** Returns the rows, as cells, of the table with a header row that starts with this text. */
function table(text: string, heading: string): string[][] {
  const [, rows = ''] = text.split(`\n| ${heading} |`)[1]?.match(/^.*\n\|[-|]+\|\n((?:\|.*\|\n)+)/) ?? [];
  return rows
    .trim()
    .split('\n')
    .map((row) => row.slice(2, -2).split(' | '));
}

/** Returns the code spans of a text. */
function names(text: string): string[] {
  return [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
}

/** Returns the first match of a pattern in a source file of the transport. */
function excerpt(path: string, pattern: RegExp): string {
  const [, text] = pattern.exec(readFileSync(join(folder, path), 'utf8')) ?? [];
  if (text === undefined) throw new Error(`${path} has nothing like ${String(pattern)}`);
  return text;
}

function members(path: string, type: string): string[] {
  const body = excerpt(path, new RegExp(`^export (?:interface|type) ${type} (.*?)^}`, 'ms'));
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??:/gm)].map(([, name = '']) => name);
}

function alternatives(path: string, type: string): string[] {
  const body = excerpt(path, new RegExp(`^export type ${type} =(.*?);$`, 'ms'));
  return [...body.matchAll(/'([\w-]+)'/g)].map(([, name = '']) => name);
}

describe("The transport's README", () => {
  it('has every limit with its true default and bounds', () => {
    const documented = table(section('Limits'), 'limit').map(([name, preset, min, max]) => [name, preset, min, max]);
    const rules = Object.entries(LIMIT_RULES).map(([name, rule]) => {
      const preset = name === 'maxStringBytes' ? '`maxMessageBytes`' : String(rule.default);
      return [`\`${name}\``, preset, String(rule.min), String(rule.max)];
    });
    expect(documented).toEqual(rules);
  });

  it("has every option of the server, and the client's with its true default", () => {
    const server = table(section('Server options'), 'option').flatMap(([cell = '']) => names(cell));
    const declared = [
      ...members('nest/thrift-server.ts', 'ThriftServerOptions'),
      ...members('server/listener.ts', 'ListenOptions'),
      ...members('server/accepted-dialects.ts', 'DialectOptions'),
    ];
    expect(new Set(server)).toEqual(new Set(declared));

    const rows = table(section('Client'), 'option of the client');
    expect(new Set(rows.flatMap(([cell = '']) => names(cell)))).toEqual(
      new Set(members('client/client-options.ts', 'ThriftClientOptions')),
    );
    const call = table(section('Client'), 'option of a call').flatMap(([cell = '']) => names(cell));
    expect(new Set(call)).toEqual(new Set(members('client/call-options.ts', 'ThriftCallOptions')));
  });

  it('has the true defaults of the client', () => {
    const settings = resolveClientOptions({ idl: parseSchema('', 'empty.thrift') });
    const rows = new Map(table(section('Client'), 'option of the client').map(([name = '', preset]) => [name, preset]));
    expect(rows.get('`host`, `port`')).toBe(`${settings.host}, ${String(settings.port)}`);
    expect(rows.get('`protocol`, `framing`')).toBe(`${settings.protocol.name}, ${settings.framing}`);
    for (const name of ['multiplexed', 'connectTimeoutMs', 'waitForConnection', 'maxRetries'] as const) {
      expect([name, rows.get(`\`${name}\``)]).toEqual([name, String(settings[name])]);
    }
    const [limits = ''] = /\| `limits` \| .*but.*/.exec(section('Client')) ?? [];
    const documented = [...limits.matchAll(/`(\w+)` (\d+)/g)].map(([, name = '', value]) => [name, Number(value)]);
    const differing = Object.entries(settings.limits).filter(
      ([name, value]) => value !== LIMIT_RULES[name as keyof typeof LIMIT_RULES].default,
    );
    expect(new Map(documented as [string, number][])).toEqual(new Map(differing));
  });

  it('has every event, and every reason of a rejection and of an error of the client', () => {
    const events = table(section('Events'), 'event').flatMap(([cell = '']) => names(cell));
    expect(new Set(events)).toEqual(new Set(members('nest/events.ts', 'ThriftServerEvents')));
    const outcomes = alternatives('server/events.ts', 'CallOutcome');
    expect(outcomes.filter((name) => !section('Events').includes(`\`${name}\``))).toEqual([]);
    const [, reasons = ''] = /A rejection's reason is one of (.*?)\. /s.exec(section('Events')) ?? [];
    expect([...reasons.matchAll(/`([\w-]+)`/g)].map(([, name]) => name)).toEqual(
      alternatives('server/events.ts', 'RejectionReason'),
    );
    const [, failures = ''] = /The reasons of a `ThriftTransportError` are (.*?)\.\n/s.exec(section('Client')) ?? [];
    expect([...failures.matchAll(/`([\w-]+)`/g)].map(([, name]) => name)).toEqual(
      alternatives('errors.ts', 'TransportErrorReason'),
    );
  });

  it('has every type of the IDL, with its type in the generated file', () => {
    const rows = table(section('Types'), 'Thrift').map(([types = '', values = '']) => ({ types, values }));
    const valuesOf = (type: string): string => rows.find(({ types }) => types.includes(`\`${type}\``))?.values ?? '';
    const texts: Record<string, string> = {
      bool: 'boolean',
      byte: 'number',
      i8: 'number',
      i16: 'number',
      i32: 'number',
      i64: 'bigint',
      double: 'number',
      string: 'string',
      binary: 'Uint8Array',
      uuid: 'string',
      'set<i32>': 'ReadonlySet<number>',
      'list<i32>': 'readonly number[]',
      'map<i32, string>': 'ReadonlyMap<number, string>',
    };
    const fields = Object.keys(texts).map((type, id) => `${String(id + 1)}: required ${type} f${String(id)}`);
    const types = typeFile(parseSchema(`struct All { ${fields.join(', ')} }`, 'all.thrift'), {
      transport: 't',
      stringMapsAsObjects: false,
    });
    for (const [id, [type, text]] of Object.entries(texts).entries()) {
      expect(types).toContain(`readonly f${String(id)}: ${text};`);
      const generic = type.replace('<i32>', '<T>').replace('<i32, string>', '<K, V>');
      const word = /^readonly .*\[\]$/.test(text) ? 'array' : text.replace(/^Readonly|<.*$/g, '');
      expect([generic, valuesOf(generic)]).toEqual([generic, expect.stringContaining(word)]);
    }
  });

  it('has the usage text of thrift-types', () => {
    let help = '';
    thriftTypes(['--help'], { out: (text) => (help += text), err: () => undefined });
    expect(help.split('\n')[0]).toBe(`Usage: ${/^thrift-types IDL.*$/m.exec(readme)?.[0] ?? ''}`);
  });

  it('links to sections and files that exist', () => {
    const anchors = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title.toLowerCase().replaceAll(' ', '-'),
    );
    const links = [...readme.replaceAll(/`[^`\n]*`/g, '').matchAll(/\]\((?!https:)([^)]+)\)/g)].map(
      ([, target = '']) => target,
    );
    expect(links.length).toBeGreaterThan(5);
    const isHere = (target: string): boolean =>
      target.startsWith('#') ? anchors.includes(target.slice(1)) : existsSync(join(folder, '..', target));
    expect(links.filter((target) => !isHere(target))).toEqual([]);
  });
});
