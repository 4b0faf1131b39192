import { loadSchema, type FieldSchema, type ThriftValue, type TypeSchema } from 'nestjs-thrift';
import type { Task } from '@tasks/idl';
import { TASKS_IDL } from './app.js';

/** Fields that the service sets itself, regardless of the caller. */
const GIVEN = new Set(['id', 'createdOn']);
/** What says whose task it is: never changed. */
const OWNER = 'userId';

/** The fields of the struct `Task` in the IDL. */
export const taskFields: readonly FieldSchema[] = loadSchema(TASKS_IDL).structs.get('Task')?.fields ?? [];

/** The fields that a caller can set, and change afterwards. */
export const changeableFields = taskFields.map(({ name }) => name).filter((name) => !GIVEN.has(name) && name !== OWNER);

/** A task with a value in every field that a caller can set: another value of the field's type for each `n`. */
export function taskWithEveryField(userId: string, n: number): Task {
  const values = taskFields.filter(({ name }) => changeableFields.includes(name)).map((field) => valueOf(field, n));
  return { userId, ...(Object.fromEntries(values) as Partial<Task>) };
}

function valueOf({ name, type }: FieldSchema, n: number): [string, ThriftValue] {
  return [name, valueOfType(type, name, n)];
}

function valueOfType(type: TypeSchema, name: string, n: number): ThriftValue {
  switch (type.kind) {
    case 'bool':
      return n % 2 === 1;
    case 'i8':
    case 'i16':
    case 'i32':
      return n;
    case 'i64':
      return BigInt(n);
    case 'double':
      return n + 0.5;
    case 'string':
      return `${name} "${String(n)}" ümläut\n{}`;
    case 'binary':
      return Buffer.from([0, 255, n]);
    case 'uuid':
      return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
    case 'enum': {
      const numbers = [...type.enum.values.values()];
      return numbers[n % numbers.length] ?? 0;
    }
    case 'list':
      return [valueOfType(type.element, name, n)];
    case 'set':
      return new Set([valueOfType(type.element, name, n)]);
    case 'map':
      return new Map([[valueOfType(type.key, name, n), valueOfType(type.value, name, n)]]);
    case 'struct':
      return Object.fromEntries(type.struct.fields.map((field) => valueOf(field, n)));
  }
}
