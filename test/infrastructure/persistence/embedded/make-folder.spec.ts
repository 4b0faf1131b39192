import { existsSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { makeFolder } from '../../../../src/infrastructure/persistence/embedded/make-folder.js';
import { startProgram } from '../../../support/app.js';
import { ScratchFolder } from '@tasks/testing/scratch-folder';

/** A process that never gives up would outlive a test that does. */
const IN_TIME = ['timeout', '20'];

describe('The data folder', () => {
  it('is made with all parents that are missing, and left alone when it is there', () => {
    using folder = new ScratchFolder();
    const path = join(folder.path, 'not/there/yet');
    makeFolder(path);
    expect(statSync(path).isDirectory()).toBe(true);
    mkdirSync(join(path, 'in it'));
    makeFolder(path);
    expect(existsSync(join(path, 'in it'))).toBe(true);
  });

  it('may be a link to a folder, but not to nothing', () => {
    using folder = new ScratchFolder();
    const [good, bad] = [join(folder.path, 'good'), join(folder.path, 'bad')];
    symlinkSync(folder.path, good);
    symlinkSync(join(folder.path, 'nothing'), bad);
    makeFolder(join(good, 'data'));
    expect(existsSync(join(folder.path, 'data'))).toBe(true);
    expect(() => {
      makeFolder(bad);
    }).toThrow('EEXIST');
  });

  it('that can never be made below a folder that is there ends the start with one line', async () => {
    using program = startProgram({ DATA_DIR: '/proc/tasks/data', HTTP_PORT: 'off' }, undefined, IN_TIME);
    const { code, stdout, stderr } = await program.ended();
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(stdout).toContain("The data folder /proc/tasks/data can't be used (ENOENT: ");
    expect(stdout).toContain('set DATA_DIR to another folder');
  }, 30_000);
});
