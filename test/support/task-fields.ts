import { loadSchema, type FieldSchema, type ThriftValue, type TypeSchema } from 'nestjs-thrift';
import type { Task } from '@tasks/idl';
import { TASKS_IDL } from './app.js';

/** Fields that the service sets itself. */
const GIVEN = new Set(['id', 'createdOn', 'doneOn', 'changedOn']);
/** What says whose task it is: changed by `move` alone. */
const OWNER = 'userId';

/** Values of fields with rules of their own. */
const RULED: Readonly<Record<string, (n: number) => string>> = {
  dueOn: (n) => `2026-12-0${String(n)}`,
  repeat: (n) => `FREQ=WEEKLY;BYDAY=${n % 2 === 1 ? 'TU' : 'WE,FR'}`,
  position: (n) => `a${String(n)}`,
};

/** The fields of the struct `Task` in the IDL. */
export const taskFields: readonly FieldSchema[] = loadSchema(TASKS_IDL).structs.get('Task')?.fields ?? [];

/** The fields that a caller can set, and change afterwards. */
export const changeableFields = taskFields.map(({ name }) => name).filter((name) => !GIVEN.has(name) && name !== OWNER);

/** A task with a value in every field that a caller can set: another value of the field's type for each `n`. */
export function taskWithEveryField(userId: string, n: number): Task {
  const values = taskFields.filter(({ name }) => changeableFields.includes(name)).map((field) => valueOf(field, n));
  return { userId, ...(Object.fromEntries(values) as Partial<Task>) };
}

/** What a caller can set of a task, as replies have it: a star that is not there is unset. */
export function changeablePart(task: Task): Partial<Task> {
  const fields = changeableFields.map((name) => [name, task[name as keyof Task]] as const);
  return Object.fromEntries(
    fields.filter(([name, value]) => value !== undefined && (name !== 'starred' || value === true)),
  );
}

function valueOf({ name, type }: FieldSchema, n: number): [string, ThriftValue] {
  return [name, RULED[name]?.(n) ?? valueOfType(type, name, n)];
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
