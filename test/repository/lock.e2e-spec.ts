import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ProjectCopy, projectRoot } from '@tasks/testing/project-copy';
import { runProgram } from '@tasks/testing/run-program';

interface LockedPackage {
  link?: boolean;
  resolved?: string;
  integrity?: string;
  optional?: boolean;
  hasInstallScript?: boolean;
}

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
}

const readJson = (folder: string, path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'));
const { dependencies, devDependencies, allowScripts } = readJson(projectRoot, 'package.json') as Manifest;
const { packages } = readJson(projectRoot, 'package-lock.json') as { packages: Record<string, LockedPackage> };
const locked = Object.fromEntries(
  Object.entries(packages).filter(([path, { link }]) => /(^|\/)node_modules\//.test(path) && link !== true),
);

describe('The dependencies', () => {
  it('are pinned to exact versions', () => {
    const versions = Object.entries({ ...dependencies, ...devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('have a checksum, except optional packages of other platforms, and no registry', () => {
    const unsealed = Object.entries(locked).filter(([, { integrity, optional }]) => !integrity && !optional);
    expect(unsealed).toEqual([]);
    expect(Object.values(locked).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });

  it('are each allowed or denied install scripts, and no entry is unused', () => {
    const scripted = Object.entries(locked).filter(([, { hasInstallScript }]) => hasInstallScript);
    const names = scripted.map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect(new Set(Object.keys(allowScripts))).toEqual(new Set(names));
  });

  it('are complete for every platform: patch-lock.mjs only restores removals', async () => {
    using project = new ProjectCopy({});
    const whole = readJson(project.path, 'package-lock.json') as { packages: Record<string, LockedPackage> };
    const { 'node_modules/@swc/core-darwin-arm64': taken, ...rest } = whole.packages;
    expect(taken).toMatchObject({ optional: true, os: ['darwin'], cpu: ['arm64'] });
    const patch = () => runProgram(process.execPath, ['scripts/patch-lock.mjs'], { cwd: project.path });
    expect((await patch()).stdout).toBe('package-lock.json: 0 optional packages added\n');

    rmSync(join(project.path, 'package-lock.json'));
    project.write({ 'package-lock.json': JSON.stringify({ ...whole, packages: rest }) });
    expect((await patch()).stdout).toBe('package-lock.json: 1 optional packages added\n');
    const patched = readJson(project.path, 'package-lock.json') as typeof whole;
    const { version, os, cpu } = taken as LockedPackage & { version: string; os: string[]; cpu: string[] };
    expect(patched.packages['node_modules/@swc/core-darwin-arm64']).toMatchObject({ version, os, cpu });
  });
});
