import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClientThrift } from 'nestjs-thrift';
import { ProjectCopy, projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram, runProgram } from '@tasks/testing/run-program';

/** The patches of docs/add-a-method.md, in order. */
function patches(): string {
  const page = readFileSync(join(projectRoot, 'docs/add-a-method.md'), 'utf8');
  return [...page.matchAll(/^```diff\n([^]*?)^```$/gm)].map(([, patch]) => patch).join('');
}

interface Latest {
  add(args: { userId: string; name: string }): Promise<unknown>;
  latest(args: { userId: string }): Promise<unknown>;
}

describe('docs/add-a-method.md, followed exactly in a copy of the project', () => {
  let copy: ProjectCopy;
  let service: RunningProgram | undefined;

  beforeAll(() => {
    copy = new ProjectCopy({ 'latest.patch': patches() }, { folders: ['src', 'idl', 'packages'] });
  });

  afterAll(() => {
    service?.[Symbol.dispose]();
    copy[Symbol.dispose]();
  });

  it('gives a service that answers latest, and rejects it with a message', async () => {
    expect(await runProgram('git', ['apply', 'latest.patch'], { cwd: copy.path })).toMatchObject({ code: 0 });
    expect(await runProgram('npm', ['run', 'thrift-types'], { cwd: copy.path })).toMatchObject({ code: 0 });
    const compiler = ['node_modules/typescript/bin/tsc', '-b', 'tsconfig.build.json'];
    expect(await runProgram(process.execPath, compiler, { cwd: copy.path })).toMatchObject({ code: 0, stdout: '' });

    const env = { STORE: 'memory', THRIFT_HOST: '127.0.0.1', THRIFT_PORT: '0', HTTP_PORT: 'off', LOG_FORMAT: 'json' };
    service = new RunningProgram(process.execPath, ['dist/main.js'], { cwd: copy.path, env });
    const [, port] = await service.printed(/Thrift listens on [\d.]+:(\d+)/);
    const client = new ClientThrift({
      idl: join(copy.path, 'idl/tasks.thrift'),
      host: '127.0.0.1',
      port: Number(port),
    });
    try {
      const tasks = client.getService<Latest>('Tasks');
      await tasks.add({ userId: 'alice', name: 'buy milk' });
      await tasks.add({ userId: 'alice', name: 'buy bread' });
      expect(await tasks.latest({ userId: 'alice' })).toMatchObject({ userId: 'alice', name: 'buy bread' });
      await expect(tasks.latest({ userId: 'bob' })).rejects.toMatchObject({ value: { code: 404 } });
      await expect(tasks.latest({ userId: '' })).rejects.toThrow('userId must not be empty');
    } finally {
      await client.close();
    }
  }, 180_000);
});
