import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseSchema, ThriftException, type ClientThrift, type Schema } from '../../src/index.js';
import { Deferred } from '@tasks/testing/deferred';
import type { TestServer } from '../support/thrift-server.js';
import { dialects, nameOf, type Dialect } from './dialects.js';
import { connectOwnClient } from './own-client.js';
import { startTypesServer, typesSchema } from './type-system/server.js';
import { typeCases } from './type-system/values.js';

type Service = Record<string, (args?: object) => Promise<unknown>>;

let server: TestServer;
let anything: unknown;
let received = new Deferred<string>();
beforeAll(async () => {
  server = await startTypesServer({
    ping: ({ text }: { text: string }) => `${text}!`,
    fail: ({ it: failure }: { it: object }) => {
      throw new ThriftException('Failure', failure);
    },
    anything: () => anything,
    tell: ({ text }: { text: string }) => {
      received.resolve(text);
    },
  });
});
afterAll(() => server.close());

const clients: ClientThrift[] = [];
afterAll(() => Promise.all(clients.map((client) => client.close())));

function connect(dialect: Dialect, idl: Schema = typesSchema): Service {
  const client = connectOwnClient(idl, { port: server.port, dialect, multiplexed: false });
  clients.push(client);
  return client.getService<Service>('Types');
}

const spoken = dialects.map((dialect) => ({ name: nameOf(dialect), dialect }));

describe.each(spoken)('Through client and server in $name', ({ dialect }) => {
  let service: Service;
  beforeAll(() => {
    service = connect(dialect);
  });

  it.each(typeCases)('returns unchanged: $title', async ({ method, it: value, back }) => {
    expect(await service[method]?.({ it: value })).toEqual(back ?? value);
  });

  it('an unset argument has its default', async () => {
    expect(await service['given']?.()).toEqual([1, 2, 3, 4]);
    expect(await service['given']?.({ it: [] })).toEqual([]);
  });

  it('a required field is sent with its default', async () => {
    expect(await service['defaults']?.({ it: { needed: 1 } })).toMatchObject({ neededGiven: 'required' });
  });

  it('methods of an extended service of an included file can be called', async () => {
    expect(await service['ping']?.({ text: 'hello' })).toBe('hello!');
  });

  it('a declared exception keeps its fields', async () => {
    const failure = { code: 404, message: 'not found', details: ['a', 'b'] };
    await expect(service['fail']?.({ it: failure })).rejects.toMatchObject({ type: 'Failure', value: failure });
  });

  it('a oneway call arrives', async () => {
    received = new Deferred();
    await service['tell']?.({ text: 'once' });
    expect(await received.promise).toBe('once');
  });

  it.each([
    [
      [
        { x: 1, y: 1 },
        { x: 1, y: 1 },
        { x: 1, y: 1 },
        { x: 1, y: 1, label: 3 },
      ],
      'success[3].label: expected string, got number',
    ],
    [[{ x: 1, y: '1' }], 'success[0].y: expected number, got string'],
    [[{ x: 1 }], 'success[0].y: expected a value, since the field is required, got undefined'],
    [{ x: 1, y: 1 }, 'success: expected array, got Object'],
  ])('a reply of the wrong type names the path (%#)', async (reply, message) => {
    anything = reply;
    await expect(service['anything']?.()).rejects.toMatchObject({
      code: 'INTERNAL_ERROR',
      message: `reply of anything: ${message}`,
    });
    expect(await service['ping']?.({ text: 'still here' })).toBe('still here!');
  });

  it.each([
    ['everything', { big: 1 }, 'it.big: expected bigint, got number'],
    ['containers', { table: [[], [['a', 1]]] }, 'it.table[1][0][1]: expected string, got number'],
    ['defaults', {}, 'it.needed: expected a value, since the field is required, got undefined'],
    ['choice', { text: 'a', number: 1 }, 'it: expected exactly one member of union Choice, got 2 members'],
    ['choice', {}, 'it: expected exactly one member of union Choice, got 0 members'],
  ])('wrong arguments of %s name the path (%#)', async (method, value, message) => {
    await expect(service[method]?.({ it: value })).rejects.toMatchObject({ reason: 'bad-value', message });
  });
});

describe.each(spoken)('A client with a newer IDL in $name', ({ dialect }) => {
  const newer = parseSchema(`
    union Choice { 1: string text, 9: i32 added }
    struct Tree { 1: string name, 2: optional i64 left, 7: map<i32, list<Choice>> added }
    service Types { Tree tree(1: Tree it, 2: Tree added), Choice choice(1: Choice it), i32 added() }
  `);

  it('sends unknown fields, and gets an answer without them', async () => {
    const service = connect(dialect, newer);
    const it = { name: 'root', left: 7n, added: new Map([[1, [{ text: 'a' }, { added: 1 }]]]) };
    expect(await service['tree']?.({ it, added: it })).toEqual({ name: 'root' });
  });

  it('gets an unknown union member back as empty, which the server can not return', async () => {
    await expect(connect(dialect, newer)['choice']?.({ it: { added: 1 } })).rejects.toMatchObject({
      code: 'INTERNAL_ERROR',
      message: 'reply of choice: success: expected exactly one member of union Choice, got 0 members',
    });
  });

  it('gets an error for an unknown method', async () => {
    await expect(connect(dialect, newer)['added']?.()).rejects.toMatchObject({ code: 'UNKNOWN_METHOD' });
  });
});
