import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { LIMIT_RULES } from '../../src/infrastructure/thrift/limits.js';
import { projectRoot } from '../support/project-copy.js';

const text = readFileSync(join(projectRoot, 'docs/threat-model.md'), 'utf8');
const proofs = [...text.matchAll(/\| (test\/[\w./-]+)(?:: ([^|]+))? \|/g)].map(
  ([, file, title]) => [file as string, title?.trim() ?? ''] as const,
);

describe('the threat model', () => {
  it('names proofs', () => {
    expect(proofs.length).toBeGreaterThan(25);
  });

  it.each(proofs)('has its proof in %s: %s', (file, title) => {
    expect(existsSync(join(projectRoot, file))).toBe(true);
    expect(readFileSync(join(projectRoot, file), 'utf8')).toContain(title);
  });

  it.each(Object.keys(LIMIT_RULES))('says what %s is for', (limit) => {
    expect(text).toContain(`\`${limit}\``);
  });
});
