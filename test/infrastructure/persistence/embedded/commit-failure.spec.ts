import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { printNoFailedCommits } from '../../../../src/infrastructure/persistence/embedded/commit-failure.js';
import { AppProcess } from '../../../support/app.js';
import { ScratchFolder } from '@tasks/testing/scratch-folder';

/** Of the shell's blocks, 512 or 1,024 bytes each: room for some hundred long tasks. */
const FILE_SIZE_LIMIT = ['sh', '-c', 'ulimit -f 2048 && exec "$@"', 'sh'];

describe('What is printed beside the log', () => {
  const own = console.error;
  const printed: unknown[][] = [];

  beforeEach(() => {
    console.error = (...values) => void printed.push(values);
    printNoFailedCommits();
  });
  afterEach(() => {
    console.error = own;
  });

  it('is anything but the reason of a commit that failed', () => {
    const thrown = (code: unknown, file: string): Error =>
      Object.assign(new Error('Input/output error'), {
        code,
        stack: `Error: Input/output error\n    at f (${file}:516:7)`,
      });
    const lmdb = '/srv/node_modules/lmdb/write.js';
    const others = [
      [thrown('EIO', lmdb)],
      [thrown(5, '/srv/node_modules/other/write.js')],
      ['In beforecommit callback', thrown(5, lmdb)],
      ['text'],
    ];
    for (const values of [[thrown(5, lmdb)], ...others]) console.error(...values);
    expect(printed).toEqual(others);
  });

  it('is nothing on a full disk: each line is JSON, and one a second tells the reason', async () => {
    using folder = new ScratchFolder();
    await using app = await AppProcess.start({ DATA_DIR: folder.path }, undefined, FILE_SIZE_LIMIT);
    const client = app.client();
    const add = (): Promise<unknown> => client.add({ userId: 'alice', name: 'n'.repeat(4_000) });
    for (let refused = 0; refused < 300;) {
      const results = await Promise.allSettled(Array.from({ length: 32 }, add));
      refused += results.filter(({ status }) => status === 'rejected').length;
    }
    app.signal('SIGTERM');
    const { stdout, stderr } = await app.ended();
    expect(stderr).toBe('');
    const lines = stdout.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { msg: unknown }).msg)).toContain(
      'add refused, Task store unavailable',
    );
    expect(stdout).toContain('Input/output error');
  }, 60_000);
});
