import { describe, expect, it } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';
import { runProgram } from '@tasks/testing/run-program';

describe('npm run fuzz', () => {
  it('finds nothing in a few runs of each property', async () => {
    // In a separate process, as with `npm run fuzz`: npm `thrift` requires ES modules, which Jest does not support.
    const args = [
      '--no-deprecation',
      '--import',
      './scripts/typescript.mjs',
      'packages/nestjs-thrift/test/fuzz/main.ts',
    ];
    const { code, stdout, stderr } = await runProgram(process.execPath, args, {
      cwd: projectRoot,
      env: { FUZZ_SECONDS: undefined },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/\d{4,} runs of 33 properties, nothing found\n$/);
  }, 120_000);
});
