import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));

const toolchain = [
  'scripts',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'eslint.config.mjs',
  '.swcrc',
  '.dependency-cruiser.cjs',
  '.prettierrc.json',
  '.prettierignore',
];

/** Content of a copy besides the toolchain and its own files. */
interface ProjectCopyOptions {
  /** Whether this checkout's packages are present, as after an install; default true. */
  readonly installed?: boolean;
}

/** A small project with this one's toolchain and the given sources, in a temporary folder outside the checkout. */
export class ProjectCopy {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), 'tasks-project-')));

  /** @param files The contents of files by their paths. */
  constructor(files: Record<string, string>, { installed = true }: ProjectCopyOptions = {}) {
    for (const file of toolchain) cpSync(join(projectRoot, file), join(this.path, file), { recursive: true });
    this.write(files);
    if (installed) this.#linkPackages();
  }

  write(files: Record<string, string>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(this.path, dirname(path)), { recursive: true });
      writeFileSync(join(this.path, path), content);
    }
  }

  /** Deletes a file or folder. */
  remove(path: string): void {
    rmSync(join(this.path, path), { recursive: true });
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** Links every installed package; a workspace to its copy if there is one, otherwise to this checkout's. */
  #linkPackages(): void {
    const { packages } = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { readonly link?: boolean; readonly resolved?: string }>;
    };
    const installed = join(projectRoot, 'node_modules');
    const names = readdirSync(installed).flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(installed, name)).map((part) => `${name}/${part}`) : [name],
    );
    for (const name of names) {
      const entry = packages[`node_modules/${name}`];
      const copied = entry?.link === true ? join(this.path, entry.resolved ?? '') : undefined;
      const link = join(this.path, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(copied !== undefined && existsSync(copied) ? copied : join(installed, name), link);
    }
  }
}
