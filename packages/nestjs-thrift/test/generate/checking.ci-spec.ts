import { beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { typeFile } from '../../src/generate/type-file.js';
import { loadSchema, parseSchema } from '../../src/idl/load-schema.js';
import { complaintsAbout } from './checking.js';

const transport = 'nestjs-thrift';

/** A schema that uses everything. */
const EVERYTHING = `
  enum E { A = 1 } union U { 1: i32 a, 2: string b } exception X { 1: string why } struct Empty {}
  struct S { 1: required i64 id, 2: list<list<S>> grid, 3: map<string, set<U>> map, 4: binary bytes, 5: Empty e, 6: E kind }
  typedef map<E, list<S>> T
  const S C = {"id": 5, "grid": [[{"id": 1}], []], "map": {"a": [{"a": 1}]}, "bytes": "x", "e": {}, "kind": E.A}
  const list<list<double>> D = [[1.5, -2.5e-300, 1e21, -0.0], []]
  const map<i32, map<E, set<list<i64>>>> M = {1: {E.A: [[-9223372036854775808, 2], []]}, 2: {}}
  const set<string> Q = ['both "double" and \\'single\\'', "tab\\t back\\\\ line\\n", ""]
  const map<string, bool> N = {"a": true, "b-c": false, "__proto__": true}
  service Base { void ping() } service V extends Base { T all(1: U which) throws (1: X x) oneway void new(1: T t) }
`;

/** Imports before every fixture. */
const HEAD = `
  import { Controller } from '@nestjs/common';
  import { Ctx, Payload } from '@nestjs/microservices';
  import { ClientThrift, ThriftException, ThriftMethod, type ThriftContext } from '${transport}';
  import type { BaseException, Task, TaskPage, TasksAddArgs, TasksClient, TasksHandlers } from '@tasks/idl';
  import type { TasksController } from './tasks.controller.js';
  import type { U } from './everything.js';
  export const used = [Controller, Ctx, Payload, ClientThrift, ThriftException, ThriftMethod];
  export type Used = [ThriftContext, BaseException, Task, TaskPage, TasksAddArgs, TasksClient, TasksHandlers, TasksController, U];
`;

const GENERATED: Readonly<Record<string, string>> = {
  everything: typeFile(parseSchema(EVERYTHING), { transport }),
  objects: typeFile(parseSchema(EVERYTHING), { transport, stringMapsAsObjects: true }),
  model: typeFile(loadSchema(new URL('../idl/thrift-test.thrift', import.meta.url)), { transport }),
};

const GOOD: Readonly<Record<string, string>> = {
  "the project's controller": 'export const project = (controller: TasksController): TasksHandlers => controller;',
  'handlers of every kind': `
    @Controller()
    export class Handlers implements Pick<TasksHandlers, 'add' | 'remove' | 'check'> {
      @ThriftMethod('Tasks', 'add')
      async add(@Payload() args: TasksAddArgs, @Ctx() context: ThriftContext): Promise<Task> {
        if (context.signal.aborted) throw new ThriftException<BaseException>('BaseException', { code: 400 });
        return Promise.resolve({ userId: args.userId, done: false });
      }
      remove(): null { return null; }
      check() { return { ok: true }; }
    }`,
  'calls with and without options': `
    export async function calls(client: ClientThrift): Promise<string | undefined> {
      const tasks = client.getService<TasksClient>('Tasks');
      await tasks.check();
      await tasks.remove({ taskId: 'a' }, { timeoutMs: 5 });
      const page: TaskPage = await tasks.page({ userId: 'a', limit: 10 });
      return page.tasks?.[0]?.id;
    }`,
  'unions of one member, and a check of which': `
    export const good: U[] = [{ a: 1 }, { b: 'x' }, {}];
    export const value = (u: U) => (u.a !== undefined ? u.a.toFixed() : u.b !== undefined ? u.b.length : 0);`,
};

const BAD: Readonly<Record<string, readonly [string, RegExp]>> = {
  'a handler that returns something else': [
    `export class H implements Pick<TasksHandlers, 'add'> { add(): { done: string } { return { done: '' }; } }`,
    /Property 'add' in type 'H' is not assignable to the same property in base type/,
  ],
  'a handler that takes an argument of another type': [
    `export class H implements Pick<TasksHandlers, 'add'> { add(args: { userId: number }): Task { return { done: args.userId > 1 }; } }`,
    /Types of property 'userId' are incompatible/,
  ],
  'a handler that takes an argument that there is not': [
    `export class H implements Pick<TasksHandlers, 'add'> { add(args: { user: string }): Task { return { id: args.user }; } }`,
    /Property 'add' in type 'H' is not assignable to the same property in base type/,
  ],
  'a controller that lacks the methods': [
    `export class H implements TasksHandlers {}`,
    /Class 'H' incorrectly implements interface 'TasksHandlers'/,
  ],
  'a field that there is not': [
    `export const task: Task = { id: 'a', title: 'b' };`,
    /'title' does not exist in type 'Task'/,
  ],
  'a call with an argument that there is not': [
    `export const call = (tasks: TasksClient) => tasks.add({ userid: 'a' });`,
    /'userid' does not exist in type 'TasksAddArgs'/,
  ],
  'a call of a method that there is not': [
    `export const call = (tasks: TasksClient) => tasks.delete({ taskId: 'a' });`,
    /Property 'delete' does not exist on type 'TasksClient'/,
  ],
  'a result used as something else': [
    `export const call = async (tasks: TasksClient): Promise<number> => (await tasks.add({})).id;`,
    /Type 'string \| undefined' is not assignable to type 'number'/,
  ],
  'a union of two members': [
    `export const bad: U = { a: 1, b: 'x' };`,
    /Type '{ a: number; b: string; }' is not assignable to type 'U'/,
  ],
};

describe('the compiler', () => {
  let complaints: ReadonlyMap<string, readonly string[]>;

  /** Path of a fixture: beside the generated file of the project. */
  const pathOf = (name: string): string => `src/interface/thrift/${name.replace(/\W/g, '-')}.ts`;

  beforeAll(() => {
    const fixtures = [
      ...Object.entries(GENERATED).map(([name, text]) => [pathOf(name), text] as const),
      ...Object.entries(GOOD).map(([name, text]) => [pathOf(name), HEAD + text] as const),
      ...Object.entries(BAD).map(([name, [text]]) => [pathOf(name), HEAD + text] as const),
    ];
    complaints = complaintsAbout(Object.fromEntries(fixtures));
  }, 120_000);

  it.each(Object.keys(GENERATED))('accepts the generated file %s, and finds no unused name in it', (name) => {
    expect(complaints.get(pathOf(name))).toEqual([]);
  });

  it('writes constants that evaluate to the values in the IDL', async () => {
    const { constants } = parseSchema(EVERYTHING);
    const { outputText } = ts.transpileModule(GENERATED['everything'] ?? '', {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext },
    });
    const url = `data:text/javascript,${encodeURIComponent(outputText)}`;
    const written = (await import(url)) as Readonly<Record<string, unknown>>;
    expect(constants.size).toBe(5);
    for (const { name, value } of constants.values()) expect(written[name]).toEqual(value);
  });

  it.each(Object.keys(GOOD))('accepts %s', (name) => {
    expect(complaints.get(pathOf(name))).toEqual([]);
  });

  it.each(Object.keys(BAD))('rejects %s', (name) => {
    const found = complaints.get(pathOf(name));
    expect(found).toHaveLength(1);
    expect(found?.[0]).toMatch(BAD[name]?.[1] ?? /never/);
  });
});
