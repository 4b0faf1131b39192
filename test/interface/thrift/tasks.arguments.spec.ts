import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { loadSchema, type FieldSchema, type MethodSchema } from 'nestjs-thrift';
import { TasksController } from '../../../src/interface/thrift/tasks.controller.js';
import { TASKS_IDL } from '../../support/app.js';

type ArgumentsClass = new (sent: object) => object;

/** Fields of the IDL that `upsert` does not read, as `struct.field`. */
const UNREAD = new Set(
  ['createdOn', 'note', 'dueOn', 'starred', 'repeat', 'doneOn', 'position', 'changedOn'].map((name) => `Task.${name}`),
);

const methods = [...(loadSchema(TASKS_IDL).services.get('Tasks')?.methods.values() ?? [])].filter(
  ({ args }) => args.fields.length > 0,
);

/** One value for each field: a caller that uses the whole IDL. */
function everything(fields: readonly FieldSchema[], owner: string): object {
  const read = fields.filter(({ name }) => !UNREAD.has(`${owner}.${name}`));
  return Object.fromEntries(read.map((field) => [field.name, valueOf(field)]));
}

function valueOf({ name, type }: FieldSchema): unknown {
  return type.kind === 'struct' ? everything(type.struct.fields, type.struct.name) : `the ${name}`;
}

/** The handler's class, to which Nest converts the arguments. */
function classOf({ name }: MethodSchema): ArgumentsClass | undefined {
  const types = Reflect.getMetadata('design:paramtypes', TasksController.prototype, name) as unknown[] | undefined;
  return types?.[0] as ArgumentsClass | undefined;
}

describe('The arguments of a handler', () => {
  it.each(methods.map((method) => [method.name, method] as const))(
    'of %s have all fields of the IDL',
    (_name, method) => {
      const Arguments = classOf(method);
      expect(Arguments).toBeDefined();
      const sent = everything(method.args.fields, method.args.name);
      // Compared as JSON, since they are instances: a field must be absent, not undefined.
      expect(Arguments && JSON.parse(JSON.stringify(new Arguments(sent)))).toEqual(sent);
    },
  );

  it('are checked for every method that has some', () => {
    expect(methods.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['all', 'add', 'update', 'upsert', 'page', 'find', 'remove']),
    );
  });
});
