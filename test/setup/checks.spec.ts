import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ProjectCopy } from '@tasks/testing/project-copy';
import { runProgram, type ProgramResult } from '@tasks/testing/run-program';

const files = {
  'src/main.ts': "console.log('up');\n",
  'test/sum.spec.ts': `import { expect, it } from '@jest/globals';

it('adds', () => {
  expect(1 + 1).toBe(2);
});
`,
};

const faults = {
  'src/main.ts': "console.log( 'up' )\n",
  'src/untyped.ts': "export const untyped: any = 'up';\n",
  'src/hushed.ts': '// eslint-disable-next-line\nconst hushed = 1;\n',
  'src/domain/task.ts': "import 'node:fs';\n",
  'test/sum.spec.ts': "export const sum: number = 'one';\n",
};

function test(project: ProjectCopy, ...args: string[]): Promise<ProgramResult> {
  return runProgram(process.execPath, ['scripts/run.mjs', 'test', ...args], { cwd: project.path });
}

describe('npm test', () => {
  let first: ProgramResult;
  let second: ProgramResult;
  let faulty: ProgramResult;

  beforeAll(async () => {
    using project = new ProjectCopy(files);
    first = await test(project);
    second = await test(project);
    project.write(faults);
    faulty = await test(project);
  }, 180_000);

  it('runs every check and every test, and closes with the tally', () => {
    expect(first.stderr).toMatch(/Built in .*Checking: lint, types, boundaries, format …/s);
    for (const check of ['lint', 'types', 'boundaries', 'format']) {
      expect(first.stderr).toMatch(new RegExp(`ok +${check} +[0-9.]+ s`));
    }
    expect(first).toMatchObject({ code: 0, stdout: '1 passed, 0 failed\n' });
  });

  it('does not check again what did not change', () => {
    expect(second.stderr).toContain('Nothing changed since these passed: ');
    expect(second.stderr).not.toMatch(/Checking|Building/);
    expect(second).toMatchObject({ code: 0, stdout: '1 passed, 0 failed\n' });
  });

  it('names every check that fails, with its message, and stops before the tests', () => {
    expect(faulty).toMatchObject({ code: 1, stdout: '0 passed, 4 failed\n' });
    expect(faulty.stderr).toContain('Stopped before the tests: lint, types, boundaries, format failed');
    expect(faulty.stderr).toContain('[warn] src/main.ts');
    expect(faulty.stderr).toMatch(/untyped\.ts.*no-explicit-any/s);
    expect(faulty.stderr).toMatch(/hushed\.ts.*no-unused-vars/s);
    expect(faulty.stderr).toContain('domain-imports-nothing: src/domain/task.ts -> fs');
    expect(faulty.stderr).toContain('TS2322');
  });
});

describe('npm test -- PATTERN', () => {
  let project: ProjectCopy;

  beforeEach(() => {
    project = new ProjectCopy(files);
  });

  afterEach(() => {
    project[Symbol.dispose]();
  });

  it('runs the tests of a pattern alone', async () => {
    project.write({ 'test/other.spec.ts': "import { it } from '@jest/globals';\n\nit('is not run', () => {});\n" });
    const { code, stdout, stderr } = await test(project, 'test/sum');
    expect(stderr).not.toContain('Checking');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '1 passed, 0 failed\n' });
  }, 30_000);

  it('runs them as if npm had not started them', async () => {
    project.write({
      'test/sum.spec.ts': `import { expect, it } from '@jest/globals';

it('is free of npm', () => {
  expect(Object.keys(process.env).filter((name) => name.startsWith('npm_'))).toEqual([]);
});
`,
    });
    const args = ['test', '--', 'test/sum'];
    expect(await runProgram('npm', ['run', '--silent', ...args], { cwd: project.path })).toMatchObject({
      code: 0,
      stdout: '1 passed, 0 failed\n',
    });
  }, 30_000);

  it('counts a test file that does not even load as a failure', async () => {
    project.write({ 'test/sum.spec.ts': "throw new Error('broken');\n" });
    expect(await test(project, 'test/sum')).toMatchObject({ code: 1, stdout: '0 passed, 1 failed\n' });
  }, 30_000);
});
