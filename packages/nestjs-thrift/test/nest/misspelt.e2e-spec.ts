import { describe, expect, it } from '@jest/globals';
import { parseSchema } from '../../src/idl/load-schema.js';
import { unknownMembers } from '../../src/nest/result-check.js';
import { ClientThrift } from '../../src/nest/thrift-client.js';
import type { MethodSchema } from '../../src/schema.js';
import { ThriftServer, type ThriftServerOptions } from '../../src/nest/thrift-server.js';
import { probeSchema } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';

const idl = parseSchema('struct Task { 1: string name, 2: list<Task> parts } service Tasks { Task get() }');

/** Returns the log after two calls of a handler that returns `result`. */
async function logOf(result: unknown): Promise<readonly string[]> {
  const lines: string[] = [];
  await withThriftServer({ get: () => result }, { idl }, async (server) => {
    const client = new ClientThrift({ idl, host: '127.0.0.1', port: server.port });
    for (let call = 0; call < 2; call++) await client.getService<{ get(): Promise<unknown> }>('Tasks').get();
    await client.close();
    lines.push(...server.logLines.filter((line) => line.includes('returned members')));
  });
  return lines;
}

describe('a misspelt option', () => {
  it.each([
    [
      'the server',
      () => new ThriftServer({ idl, prot: 6001 } as ThriftServerOptions),
      'ThriftServer has no option prot',
    ],
    ['the client', () => new ClientThrift({ idl, hots: 'x' } as never), 'ClientThrift has no option hots'],
    [
      'the limits',
      () => new ThriftServer({ idl, limits: { maxCall: 1 } as object }),
      'unknown limit maxCall, expected one of maxMessageBytes',
    ],
  ])('of %s is rejected with the existing names', (_, make, message) => {
    expect(make).toThrow(message);
  });

  it('is distinguished from an existing one that is undefined', () => {
    expect(() => new ThriftServer({ idl: probeSchema, host: undefined })).not.toThrow();
  });
});

describe('a member of a result that is not in the IDL', () => {
  it('is logged once, at any depth', async () => {
    const result = { name: 'a', nmae: 'b', parts: [{ name: 'c', partz: [] }, { nmae: 'd' }] };
    expect(await logOf(result)).toEqual([
      'Tasks.get returned members that the IDL lacks, and replies leave out: Task.nmae, Task.partz',
    ]);
  });

  it('is found near the start of an endless result', () => {
    const endless: { nmae: string; parts: object[] } = { nmae: 'a', parts: [] };
    endless.parts.push(endless);
    const get = idl.services.get('Tasks')?.methods.get('get') as MethodSchema;
    expect(unknownMembers(get, endless)).toEqual(['Task.nmae']);
  });

  it('is ignored in instances of classes', async () => {
    class Task {
      readonly name = 'a';
      readonly version = 7;
    }
    expect(await logOf(new Task())).toEqual([]);
  });

  it.each([
    ['every member is known', { name: 'a', parts: [{ name: 'b' }] }],
    ['the unknown member is undefined', { name: 'a', version: undefined }],
  ])('is not reported when %s', async (_, result) => {
    expect(await logOf(result)).toEqual([]);
  });
});
