import { existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DockerfileReplay, readDockerfile, words, type Instruction } from '../support/dockerfile.js';
import { projectRoot } from '@tasks/testing/project-copy';
import { besidePython, describeWithPython } from '@tasks/testing/python';
import { RunningProgram, runProgram } from '@tasks/testing/run-program';

const file = join(projectRoot, 'Dockerfile');
const instructions = readDockerfile(file);
const all = (keyword: string): Instruction[] => instructions.filter((instruction) => instruction.keyword === keyword);
const last = (keyword: string): string => all(keyword).at(-1)?.text ?? '';

describe('The Dockerfile', () => {
  it('pins its base image and does not run as root', () => {
    for (const { text } of all('FROM')) expect(text).toMatch(/^node:24\.\d+\.\d+-slim( AS \w+)?$/);
    expect(last('USER')).toBe('1000:1000');
  });

  it('copies everything that .dockerignore lets through, and nothing else', () => {
    const ignore = readFileSync(join(projectRoot, '.dockerignore'), 'utf8').split('\n');
    const rules = ignore.filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0]).toBe('*');
    const sent = rules.slice(1).map((line) => line.replace('!', ''));
    const copied = all('COPY').flatMap(({ text }) => (text.startsWith('--from') ? [] : words(text).slice(0, -1)));
    expect(new Set(copied)).toEqual(new Set(sent));
  });
});

describe('The image, its steps replayed in an empty folder', () => {
  let folder: string;
  let image: DockerfileReplay;

  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'tasks-image-')));
    image = new DockerfileReplay(folder, instructions);
  }, 180_000);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('holds the build, the contract and production packages only', () => {
    expect(readdirSync(image.workdir).sort()).toEqual(['dist', 'idl', 'node_modules', 'package.json']);
    const packages = join(image.workdir, 'node_modules');
    expect(existsSync(join(packages, '@nestjs/core'))).toBe(true);
    for (const tool of ['typescript', 'jest', 'eslint']) expect(existsSync(join(packages, tool))).toBe(false);
  });

  it('gives the data folder to the user that it runs as', () => {
    expect(image.asRoot).toEqual([`chown ${last('USER')} /data`]);
    expect(last('VOLUME')).toBe('/data');
    expect(image.environment.DATA_DIR).toBe(image.inImage('/data'));
  });

  it('starts, passes its own health check, and ends in order on SIGTERM to its first process', async () => {
    const [command = '', ...args] = words(last('CMD'));
    const env = {
      ...image.environment,
      THRIFT_HOST: '127.0.0.1',
      THRIFT_PORT: '0',
      HTTP_PORT: 'off',
      LOG_FORMAT: 'json',
    };
    using service = new RunningProgram(command, args, { cwd: image.workdir, env });
    const [, port = ''] = await service.printed(/127\.0\.0\.1:(\d+)/);

    const [check = '', ...checkArgs] = words(last('HEALTHCHECK').replace(/^.*CMD /, ''));
    const probe = image.inImage(join('/usr/local/bin', check));
    const probeEnv = { ...image.environment, THRIFT_PORT: port };
    expect(await runProgram(probe, checkArgs, { cwd: folder, env: probeEnv })).toMatchObject({ code: 0 });

    service.signal('SIGTERM');
    expect(await service.ended()).toMatchObject({ code: 0 });
    expect(await runProgram(probe, checkArgs, { cwd: folder, env: probeEnv })).toMatchObject({ code: 1 });
  }, 30_000);
});

describeWithPython('hadolint', (python) => {
  it('has nothing to say about the Dockerfile, and nothing is kept from it', async () => {
    expect(readFileSync(file, 'utf8')).not.toContain('hadolint ignore');
    expect(readdirSync(projectRoot).filter((name) => name.startsWith('.hadolint'))).toEqual([]);
    const report = await runProgram(besidePython(python, 'hadolint'), [file], { cwd: projectRoot });
    expect(report).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
