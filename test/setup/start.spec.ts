import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ProjectCopy } from '@tasks/testing/project-copy';
import { RunningProgram } from '@tasks/testing/run-program';

/** Stands in for the service: says that it runs, and answers SIGTERM with an exit code of its own. */
const service = `
import { greeting } from './greeting.js';
const alive = setInterval(() => {}, 1_000);
process.on('SIGTERM', () => { clearInterval(alive); process.exitCode = 7; });
console.log(greeting);
`;

describe('npm start', () => {
  let project: ProjectCopy;
  let started: RunningProgram[];

  beforeEach(() => {
    started = [];
    project = new ProjectCopy({ 'src/main.ts': service, 'src/greeting.ts': "export const greeting = 'first';\n" });
  });

  afterEach(() => {
    for (const program of started) program[Symbol.dispose]();
    project[Symbol.dispose]();
  });

  function start(command = process.execPath, args = ['scripts/run.mjs', 'start']): RunningProgram {
    const program = new RunningProgram(command, args, { cwd: project.path });
    started.push(program);
    return program;
  }

  async function startAndStop(greeting: RegExp): Promise<string> {
    const running = start();
    await running.printed(greeting);
    running.signal('SIGTERM');
    const { code, stderr } = await running.ended();
    expect(code).toBe(7);
    return stderr;
  }

  it('builds once, again when a source changed, and drops the output of a source that went', async () => {
    expect(await startAndStop(/first/)).toMatch(/Building src\/ into dist\/ …\nBuilt in .* s\./);
    expect(await startAndStop(/first/)).toBe('');

    project.write({ 'src/main.ts': service.replace('greeting.js', 'welcome.js') });
    project.write({ 'src/welcome.ts': "export const greeting = 'second';\n" });
    project.remove('src/greeting.ts');
    expect(await startAndStop(/second/)).toContain('Built in');
    expect(existsSync(join(project.path, 'dist/greeting.js'))).toBe(false);
  }, 60_000);

  it('passes SIGTERM to the service and its exit code back, through npm', async () => {
    const running = start('npm', ['start']);
    await running.printed(/first/);
    running.signal('SIGTERM');
    expect((await running.ended()).code).toBe(7);
  }, 30_000);

  it('ends with the compiler message when the sources do not build', async () => {
    project.write({ 'src/greeting.ts': "export const greeting: number = 'first';\n" });
    const { code, stderr } = await start().ended();
    expect(code).toBe(1);
    expect(stderr).toContain('src/greeting.ts');
    expect(stderr).toContain('The build failed: mend the errors above');
  }, 30_000);

  it('refuses a Node that is too old, in words', async () => {
    const pretend =
      "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.8'}})";
    const args = ['--import', pretend, 'scripts/run.mjs', 'start'];
    const { code, stderr } = await start(process.execPath, args).ended();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Tasks needs Node >=20\.19\.0, and this is 18\.20\.8 .*Install a newer Node/);
  });
});
