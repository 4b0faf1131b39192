import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this project. */
export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));

const toolchain = [
  'scripts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'jest.config.mjs',
  'eslint.config.mjs',
  '.swcrc',
  '.dependency-cruiser.cjs',
  '.prettierrc.json',
  '.prettierignore',
];

/** A small project with this one's toolchain and the given sources, in a folder of its own outside the checkout. */
export class ProjectCopy {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), 'tasks-project-')));

  /** `files` maps paths to contents. With `installed` the packages of this checkout are there, as if just installed. */
  constructor(files: Record<string, string>, { installed = true } = {}) {
    for (const file of toolchain) cpSync(join(projectRoot, file), join(this.path, file), { recursive: true });
    if (installed) symlinkSync(join(projectRoot, 'node_modules'), join(this.path, 'node_modules'));
    this.write(files);
  }

  /** Adds or overwrites files. */
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

  /** Deletes the whole copy. */
  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
