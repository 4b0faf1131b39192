import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { format, resolveConfig } from 'prettier';
import { thriftTypes } from '../../src/generate/command.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const TASKS = join(root, 'idl/tasks.thrift');

/** Runs the command; returns its output and exit code. */
function run(...args: string[]) {
  const printed = { out: '', err: '' };
  const code = thriftTypes(args, {
    out: (text) => (printed.out += text),
    err: (text) => (printed.err += text),
  });
  return { code, ...printed };
}

describe('thrift-types', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'thrift-types-'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('writes the committed contract; if it differs, run `npm run thrift-types`', async () => {
    const { code, out } = run(TASKS, '--transport', 'nestjs-thrift');
    expect(code).toBe(0);
    const committed = join(root, 'idl/src/tasks.generated.ts');
    const formatted = await format(out, { ...(await resolveConfig(committed)), filepath: committed });
    expect(formatted).toBe(readFileSync(committed, 'utf8'));
  });

  it('prints its version', () => {
    const manifest = readFileSync(join(root, 'packages/nestjs-thrift/package.json'), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    expect(run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  it('writes to a file, finds includes in folders, and makes objects of maps', () => {
    const idl = join(folder, 'main.thrift');
    const output = join(folder, 'main.ts');
    const include = mkdtempSync(join(folder, 'include-'));
    writeFileSync(idl, 'include "far.thrift" struct S { 1: required map<string, far.T> m }');
    writeFileSync(join(include, 'far.thrift'), 'struct T {}');
    const result = run(idl, '-o', output, '-I', include, '--transport', 't', '--string-maps-as-objects');
    expect(result).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(output, 'utf8')).toContain('readonly m: Readonly<Record<string, T>>;');
  });

  it('writes the services of included files for an IDL with only includes', () => {
    const idl = join(folder, 'all.thrift');
    writeFileSync(idl, 'include "labels.thrift" include "orders.thrift"');
    writeFileSync(join(folder, 'labels.thrift'), 'struct Label {} service Labels { Label get(1: string id) }');
    writeFileSync(join(folder, 'orders.thrift'), 'include "labels.thrift" service Orders extends labels.Labels {}');
    const { code, out } = run(idl, '--transport', 't');
    expect(code).toBe(0);
    expect(out.match(/^export .*$|client\.getService.*`/gm)).toEqual([
      'export type Label = Record<string, never>;',
      'export interface LabelsGetArgs {',
      'export interface LabelsHandlers {',
      "client.getService<LabelsClient>('labels.Labels')`",
      'export interface LabelsClient {',
      'export type OrdersHandlers = LabelsHandlers;',
      "client.getService<OrdersClient>('orders.Orders')`",
      'export type OrdersClient = LabelsClient;',
    ]);
  });

  it('answers 1 when there is nothing to write', () => {
    const idl = join(folder, 'empty.thrift');
    writeFileSync(idl, '// nothing yet');
    const { code, out, err } = run(idl, '--transport', 't');
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(
      `thrift-types: ${idl} defines nothing, and neither do the files that it includes: there is nothing to write\n`,
    );
  });

  it('shows its help', () => {
    const { code, out, err } = run('--help');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Usage: thrift-types IDL/);
    for (const option of ['--output', '--include', '--transport', '--string-maps-as-objects', '--help']) {
      expect(out).toContain(option);
    }
  });

  it('answers 1 with the position of an IDL error, or the file that failed', () => {
    const idl = join(folder, 'bad.thrift');
    writeFileSync(idl, 'struct S {\n  1: T t\n}');
    expect(run(idl, '--transport', 't')).toEqual({
      code: 1,
      out: '',
      err: `${idl}:2:6: expected a type, found the unknown name 'T'\n`,
    });
    expect(run(join(folder, 'missing.thrift'), '--transport', 't')).toMatchObject({ code: 1, out: '' });
    const { code, err } = run(TASKS, '-o', join(folder, 'no/such/folder.ts'), '--transport', 't');
    expect(code).toBe(1);
    expect(err).toMatch(/^thrift-types: ENOENT/);
  });

  it.each([
    [[], 'expected one IDL file, got 0'],
    [['a.thrift', 'b.thrift'], 'expected one IDL file, got 2'],
    [['a.thrift', '--zip'], "Unknown option '--zip'"],
    [['a.thrift', '-o'], "Option '-o, --output <value>' argument missing"],
  ])('answers 2 with its usage for %j', (args, message) => {
    const { code, out, err } = run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`thrift-types: ${message}`);
    expect(err).toContain('\nUsage: thrift-types IDL');
  });
});
