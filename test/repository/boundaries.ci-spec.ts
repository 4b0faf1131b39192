import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProjectCopy } from '@tasks/testing/project-copy';
import { runProgram, type ProgramResult } from '@tasks/testing/run-program';

interface Rules {
  forbidden: { name: string }[];
}

const rules = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as Rules;
const transport = 'packages/nestjs-thrift/src';
const stores = 'src/infrastructure/persistence';

/** Files that may be imported, and an allowed importing file for each. */
const innocent: Record<string, string> = {
  'src/domain/task.ts': 'export const task = 1;\n',
  'src/application/add-task.ts': "import { task } from '../domain/task.js';\nexport const add = task;\n",
  'packages/nestjs-thrift/package.json': JSON.stringify({ name: 'nestjs-thrift', exports: './src/index.ts' }),
  [`${transport}/nest/server.ts`]: "import { Server } from '@nestjs/microservices';\nexport const server = Server;\n",
  [`${transport}/client/client.ts`]: 'export const client = 1;\n',
  [`${transport}/server/server.ts`]: 'export const server = 1;\n',
  [`${transport}/index.ts`]: "export { server } from './nest/server.js';\n",
  [`${stores}/memory/memory.ts`]:
    "import { add } from '../../../application/add-task.js';\nexport const memory = add;\n",
  [`${stores}/embedded/embedded.ts`]: 'export const embedded = 1;\n',
  'src/config/config.ts': "import 'nestjs-thrift';\nexport const config = 1;\n",
  'src/interface/controller.ts': "import 'nestjs-thrift';\nexport const controller = 1;\n",
  'src/bootstrap/stores.ts': "import '../infrastructure/persistence/memory/memory.js';\nexport const stores = 1;\n",
  'src/app.module.ts': "import './config/config.js';\nexport const app = 1;\n",
  'src/bootstrap/service.ts': "import '../app.module.js';\nimport './stores.js';\nexport const service = 1;\n",
  'src/main.ts': "import './bootstrap/service.js';\n",
  'gateway/src/domain/account.ts': 'export const account = 1;\n',
  'gateway/src/application/log-in.ts':
    "import { account } from '../domain/account.js';\nexport const logIn = account;\n",
  'gateway/src/infrastructure/persistence/memory/memory.ts':
    "import { logIn } from '../../../application/log-in.js';\nexport const memory = logIn;\n",
  'gateway/src/infrastructure/persistence/mongoose/mongoose.ts': 'export const mongoose = 1;\n',
  'gateway/src/bootstrap/gateway.ts':
    "import '../infrastructure/persistence/memory/memory.js';\nexport const gateway = 1;\n",
  'packages/nestjs-thrift-explorer/src/description.ts': 'export const description = 1;\n',
  'packages/nestjs-thrift-explorer/src/explorer.ts': 'export const explorer = 1;\n',
  'packages/nestjs-thrift-explorer/page/src/page.ts':
    "import { description } from '../../src/description.js';\nexport const page = description;\n",
  'web/src/state/task.ts': "import '../api/http.js';\nexport interface Task {\n  name: string;\n}\n",
  'web/src/api/http.ts': 'export const http = 1;\n',
  'web/src/api/tasks-api.ts': "import type { Task } from '../state/task.js';\nexport type Tasks = Task[];\n",
  'web/src/ui/dialog.ts': "import '../state/task.js';\nexport const dialog = 1;\n",
  'test/support/builders.ts': "import '../../src/domain/task.js';\nexport const builder = 1;\n",
};

/** Rule, importing file, imported file. */
const crimes: [rule: string, from: string, imports: string][] = [
  ['domain-imports-nothing', 'src/domain/a.ts', 'node:fs'],
  ['domain-imports-nothing', 'src/domain/b.ts', 'rxjs'],
  ['domain-imports-nothing', 'src/domain/c.ts', '../application/add-task.js'],
  ['domain-imports-nothing', 'gateway/src/domain/a.ts', 'node:fs'],
  ['application-imports-domain-only', 'gateway/src/application/a.ts', 'node:crypto'],
  ['application-imports-domain-only', 'gateway/src/application/b.ts', '../infrastructure/persistence/memory/memory.js'],
  ['stores-are-swapped-as-a-unit', 'gateway/src/infrastructure/persistence/memory/a.ts', '../mongoose/mongoose.js'],
  ['infrastructure-serves-inward', 'gateway/src/infrastructure/b.ts', '../bootstrap/gateway.js'],
  ['application-imports-domain-only', 'src/application/a.ts', '@nestjs/common'],
  ['application-imports-domain-only', 'src/application/b.ts', 'node:crypto'],
  ['application-imports-domain-only', 'src/application/c.ts', '../infrastructure/persistence/memory/memory.js'],
  ['workspaces-import-each-other-by-name', `${transport}/a.ts`, '../../../src/domain/task.js'],
  ['workspaces-import-each-other-by-name', 'idl/src/b.ts', '../../packages/nestjs-thrift/src/nest/server.js'],
  ['service-imports-workspaces-by-name', 'src/interface/a.ts', '../../packages/nestjs-thrift/src/index.js'],
  ['service-imports-workspaces-by-name', 'src/main-b.ts', '../packages/nestjs-thrift/src/nest/server.js'],
  ['transport-halves-stay-apart', `${transport}/client/a.ts`, '../server/server.js'],
  ['transport-halves-stay-apart', `${transport}/server/a.ts`, '../client/client.js'],
  ['transport-core-knows-no-nest', `${transport}/server/b.ts`, '@nestjs/common'],
  ['transport-core-knows-no-nest', `${transport}/framing/c.ts`, 'rxjs'],
  ['transport-core-knows-no-adapter', `${transport}/codec/c.ts`, '../nest/server.js'],
  ['transport-core-knows-no-adapter', `${transport}/client/d.ts`, '../nest/server.js'],
  ['stores-are-named-in-the-composition-root', 'src/interface/c.ts', '../infrastructure/persistence/memory/memory.js'],
  ['stores-are-named-in-the-composition-root', 'src/config/d.ts', '../infrastructure/persistence/memory/memory.js'],
  ['stores-are-swapped-as-a-unit', `${stores}/memory/a.ts`, '../embedded/embedded.js'],
  ['infrastructure-serves-inward', `${stores}/memory/b.ts`, '../../../interface/controller.js'],
  ['infrastructure-serves-inward', 'src/infrastructure/metrics/a.ts', '../../bootstrap/service.js'],
  ['infrastructure-serves-inward', 'src/infrastructure/metrics/b.ts', '../../app.module.js'],
  ['interface-serves-inward', 'src/interface/l.ts', '../bootstrap/service.js'],
  ['interface-serves-inward', 'src/interface/cli/m.ts', '../../app.module.js'],
  ['config-is-a-leaf', 'src/config/a.ts', '../domain/task.js'],
  [
    'explorer-page-knows-the-description-only',
    'packages/nestjs-thrift-explorer/page/src/a.ts',
    '../../src/explorer.js',
  ],
  ['page-api-knows-types-only', 'web/src/api/a.ts', '../state/task.js'],
  ['page-state-knows-no-view', 'web/src/state/a.ts', '../ui/dialog.js'],
  ['no-barrels', 'src/interface/index.ts', './controller.js'],
  ['no-tests-in-production', 'src/interface/e.ts', '../../test/support/builders.js'],
  ['no-development-packages', 'src/interface/f.ts', 'fast-check'],
  ['no-orphan-npm', 'src/interface/g.ts', 'ajv'],
  ['no-unresolvable', 'src/interface/h.ts', './nowhere.js'],
  ['no-unresolvable', 'test/i.ts', 'not-installed'],
  ['no-circular', 'src/interface/j.ts', './k.js'],
];

/** Closes the cycle, which is reported for its first file only. */
const accomplice: Record<string, string> = { 'src/interface/k.ts': "import './j.js';\n" };

function source([, , imports]: [string, string, string]): string {
  return `import '${imports}';\nexport const guilty = 1;\n`;
}

function boundaries(project: { path: string }): Promise<ProgramResult> {
  return runProgram(process.execPath, ['scripts/boundaries.mjs'], { cwd: project.path });
}

describe('The check of the boundaries', () => {
  let project: ProjectCopy;
  let before: ProgramResult;
  let report: ProgramResult;

  beforeAll(async () => {
    project = new ProjectCopy(innocent);
    before = await boundaries(project);
    project.write({ ...accomplice, ...Object.fromEntries(crimes.map((crime) => [crime[1], source(crime)])) });
    report = await boundaries(project);
  }, 60_000);

  afterAll(() => {
    project[Symbol.dispose]();
  });

  it('passes where every import is allowed', () => {
    expect(before).toMatchObject({ code: 0, stderr: '' });
  });

  it('fails when a boundary is crossed, and reports only the violations', () => {
    expect(report.code).toBe(1);
    const found = [...report.stdout.matchAll(/: (\S+) -> /g)].map(([, from]) => from);
    expect(new Set(found)).toEqual(new Set(crimes.map(([, from]) => from)));
  });

  it.each(crimes)('reports %s: %s must not import %s', (rule, from) => {
    expect(report.stdout).toContain(`${rule}: ${from} -> `);
  });

  it('has a violation for each of its rules', () => {
    expect(new Set(crimes.map(([rule]) => rule))).toEqual(new Set(rules.forbidden.map(({ name }) => name)));
  });

  it('fails when it checked no module', async () => {
    using empty = new ProjectCopy({ 'src/notes.md': 'no code', 'test/builders.ts': 'export {};\n' });
    const { code, stdout } = await boundaries(empty);
    expect(code).toBe(1);
    expect(stdout).toContain('No module was checked');
  });
});
