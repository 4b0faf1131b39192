import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@tasks/testing/project-copy';

interface Manifest {
  readonly repository: { readonly url: string };
}

const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Manifest;

/** Where the files of the main branch can be read in a browser, by `repository` of package.json. */
export const repositoryFiles = `${manifest.repository.url.replace(/^git\+|\.git$/g, '')}/blob/main/`;

/** The anchors of a page's headings, as they stand in links. */
export function anchorsOf(page: string): ReadonlySet<string> {
  return new Set(
    [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replace(/\s/g, '-'),
    ),
  );
}
