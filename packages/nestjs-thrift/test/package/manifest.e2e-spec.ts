import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly author: string;
  readonly repository: Readonly<Record<string, string>>;
  readonly type: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const folder = join(projectRoot, 'packages/nestjs-thrift/src');
const root = readManifest(projectRoot);
const own = readManifest(join(folder, '..'));

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;
}

/** The packages that the transport's files import. */
function importedPackages(): Set<string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const imports = paths.flatMap((path) =>
    [
      ...readFileSync(join(folder, path), 'utf8').matchAll(
        /^(?:import|export|\}).*from '((?:@[^/']+\/)?[^./'][^/':]*)(?:\/[^']*)?';$/gm,
      ),
    ].map(([, name = '']) => name),
  );
  return new Set(imports);
}

describe("The transport's package.json", () => {
  it('shares version, license, author, repository, type and engines with the project', () => {
    const { version, license, author, repository, type, engines } = root;
    expect(own).toMatchObject({ version, license, author, repository, type, engines });
    expect(own.repository['directory']).toBe('packages/nestjs-thrift');
  });

  it("pins the project's versions of its dependencies, and leaves the rest to peers", () => {
    for (const [name, version] of Object.entries(own.dependencies)) expect(root.dependencies[name]).toBe(version);
    expect(Object.keys(root.dependencies)).toEqual(expect.arrayContaining(Object.keys(own.peerDependencies)));
  });

  it('names every imported package, and the two that those need', () => {
    const imported = importedPackages();
    expect(imported).toContain('rxjs');
    const named = Object.keys({ ...own.dependencies, ...own.peerDependencies });
    expect(new Set(named)).toEqual(new Set([...imported, '@nestjs/core', 'reflect-metadata']));
  });
});
