import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { tasksCommand } from '../../src/interface/cli/tasks-command.js';
import { FAULT_PROOFS } from '../support/fault-proofs.js';
import { operationsPage } from '../support/operations-page.js';
import { projectRoot } from '@tasks/testing/project-copy';

/** The rows of the table below this heading, without its header, split into cells. */
function rowsUnder(heading: string): string[][] {
  const section = operationsPage.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((row) => row.slice(2, -2).split(' | '));
}

const HEADINGS = Object.keys(FAULT_PROOFS);
const proofs = HEADINGS.flatMap((heading) =>
  Object.entries(FAULT_PROOFS[heading] ?? {}).map(([what, proof]) => [heading, what, proof] as const),
);

describe('The tables of faults in docs/operations.md', () => {
  it.each(HEADINGS)('"%s" has rows of four cells, each with a test', (heading) => {
    const found = rowsUnder(heading);
    expect(found.length).toBeGreaterThan(8);
    expect(found.filter((cells) => cells.length !== 4)).toEqual([]);
    expect(found.map(([what]) => what)).toEqual(Object.keys(FAULT_PROOFS[heading] ?? {}));
  });

  it.each(proofs)('%s, %s: is tested', (_heading, _what, proof) => {
    const [, file = '', title = ''] = /^((?:packages\/[\w-]+\/)?test\/[\w./-]+): (.+)$/.exec(proof) ?? [];
    expect(existsSync(join(projectRoot, file))).toBe(true);
    expect(readFileSync(join(projectRoot, file), 'utf8')).toContain(`'${title}'`);
  });
});

describe('The commands in docs/operations.md', () => {
  const shown = [...operationsPage.matchAll(/^tasks (\w+)/gm)].map(([, name = '']) => name);

  it.each([...new Set(shown)])('tasks %s exists', async (name) => {
    let help = '';
    const write = (text: string): void => {
      help += text;
    };
    const program = { version: '1.2.3', loadMaintenance: () => import('../../src/bootstrap/maintenance.js') };
    const terminal = { out: write, err: write, columns: undefined };
    const code = await tasksCommand([name, '--help'], terminal, program);
    expect(code).toBe(0);
    expect(help).toContain(`Usage: tasks ${name}`);
  });

  it('are found', () => {
    expect(new Set(shown)).toEqual(new Set(['backup', 'restore', 'verify', 'migrate']));
  });
});
