import { describe, expect, it } from '@jest/globals';
import { TaskError } from '../../../src/domain/task.errors.js';
import { ArgumentsPipe } from '../../../src/interface/thrift/arguments.pipe.js';
import {
  AddArgs,
  FindArgs,
  PageArgs,
  RemoveAllArgs,
  UpdateArgs,
  UpsertArgs,
} from '../../../src/interface/thrift/tasks.arguments.js';
import { taskId } from '../../support/builders.js';

const pipe = new ArgumentsPipe();

function transformed(metatype: new (sent: never) => object, sent: object): object {
  return pipe.transform(sent, { type: 'body', metatype });
}

describe('The pipe over arguments', () => {
  it("makes instances of the handler's class, without undeclared members", () => {
    const args = transformed(UpsertArgs, { task: { userId: 'alice', extra: 1, createdOn: 'x' }, extra: 2 });
    expect(args).toBeInstanceOf(UpsertArgs);
    expect(args).toEqual({ task: { id: undefined, userId: 'alice', name: undefined, done: undefined } });
  });

  it('leaves values without a class unchanged', () => {
    const sent = {};
    expect(pipe.transform(sent, { type: 'body', metatype: undefined })).toBe(sent);
    expect(pipe.transform(sent, { type: 'body', metatype: Object })).toBe(sent);
  });

  it('leaves the context of the call unchanged', () => {
    const context = new Date();
    expect(pipe.transform(context, { type: 'custom', metatype: Date })).toBe(context);
  });

  it('names every invalid field by its path, in the order of the arguments', () => {
    const everything = { taskId: 'x', userId: '', name: 'n'.repeat(4_097) };
    expect(() => transformed(UpdateArgs, everything)).toThrow(
      'taskId must be 24 hexadecimal digits; name must be at most 4096 characters; userId must not be empty',
    );
    expect(() => transformed(UpsertArgs, { task: { id: '', userId: 'u'.repeat(257) } })).toThrow(
      'task.id must be 24 hexadecimal digits; task.userId must be at most 256 characters',
    );
  });

  it("rejects with the domain's error code", () => {
    const parse = (): object => transformed(AddArgs, {});
    expect(parse).toThrow(TaskError);
    expect(parse).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  it('counts characters as the domain does, in UTF-16 units', () => {
    const milk = '\u{1f95b}';
    expect(transformed(AddArgs, { userId: milk.repeat(128) })).toMatchObject({ userId: milk.repeat(128) });
    expect(() => transformed(AddArgs, { userId: milk.repeat(129) })).toThrow('userId must be at most 256 characters');
  });

  it.each([0, -1, 1_001, 1.5, undefined])('rejects the limit %p of a page', (limit) => {
    expect(() => transformed(PageArgs, { userId: 'alice', limit })).toThrow('limit must be 1 to 1000');
  });

  it('rejects a search text that is too long itself or in its search form', () => {
    const found = (text: string): object => transformed(FindArgs, { userId: 'alice', limit: 1, filter: { text } });
    expect(found('t'.repeat(256))).toMatchObject({ filter: { text: 't'.repeat(256) } });
    for (const text of ['t'.repeat(257), '\ufdfa'.repeat(15)]) {
      expect(() => found(text)).toThrow('filter.text must be at most 256 characters');
    }
    expect(() => found('\ud800')).toThrow('filter.text must be well-formed Unicode text');
  });

  it('treats an unset filter as empty', () => {
    expect(transformed(FindArgs, { userId: 'alice', limit: 1 })).toMatchObject({ limit: 1 });
  });

  it('rejects removeAll without onlyDone', () => {
    expect(() => transformed(RemoveAllArgs, { userId: 'alice' })).toThrow('onlyDone must be true or false');
    expect(transformed(RemoveAllArgs, { userId: 'alice', onlyDone: false })).toMatchObject({ onlyDone: false });
  });

  it('keeps an unset name and done unset', () => {
    const sent = { taskId: taskId(1), userId: 'alice' };
    expect(transformed(UpdateArgs, sent)).toEqual({ ...sent, name: undefined, done: undefined });
  });
});
