import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { loadSchema } from '../../src/idl/load-schema.js';

const TASKS = new URL('../../../../idl/tasks.thrift', import.meta.url);

describe('the contract of the Tasks service', () => {
  const schema = loadSchema(TASKS);

  it('has its file, its namespace and its structs', () => {
    expect(schema.file).toBe(fileURLToPath(TASKS));
    expect([...schema.namespaces]).toEqual([['*', 'tasks']]);
    expect([...schema.structs.keys()]).toEqual(
      expect.arrayContaining(['Task', 'Healthcheck', 'TaskPage', 'BaseException']),
    );
  });

  it('has the fields of Task as in existing clients', () => {
    const fields = schema.structs.get('Task')?.fields.map(({ id, name, type, requiredness, defaultValue }) => {
      return [id, requiredness, type.kind, name, defaultValue];
    });
    expect(fields?.slice(0, 5)).toEqual([
      [1, 'optional', 'string', 'id', undefined],
      [2, 'default', 'string', 'userId', undefined],
      [3, 'optional', 'string', 'name', ''],
      [4, 'optional', 'string', 'createdOn', undefined],
      [5, 'optional', 'bool', 'done', undefined],
    ]);
    // A default would be sent by generated clients that never set the field.
    for (const field of fields?.slice(5) ?? []) expect(field).toMatchObject({ 1: 'optional', 4: undefined });
  });

  it('has all methods, each with its arguments, its result and its exceptions', () => {
    const methods = schema.services.get('Tasks')?.methods;
    expect([...(methods?.keys() ?? [])]).toEqual([
      ...['check', 'all', 'add', 'update', 'upsert', 'page', 'remove'],
      ...['get', 'create', 'find', 'count', 'removeAll'],
      ...['edit', 'insertAll', 'move', 'removeSome', 'removeIf', 'agenda', 'totals'],
    ]);
    const update = methods?.get('update');
    expect(update?.args.fields.map((field) => field.name)).toEqual(['taskId', 'name', 'done', 'userId']);
    expect(update?.result.fields.map((field) => [field.id, field.name, field.requiredness])).toEqual([
      [0, 'success', 'optional'],
      [1, 'ouch', 'optional'],
    ]);
    expect(methods?.get('remove')?.returns).toBeUndefined();
    expect(methods?.get('check')?.doc).toBe('Whether the service works. Never raises.');
  });
});
