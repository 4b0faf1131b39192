import { readFile } from 'node:fs/promises';
import { ThriftStartError } from 'nestjs-thrift';

/** A file of the page, in memory. */
export interface PageFile {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly content: Buffer;
}

/** `files.json`, which the page's build writes. */
interface FileEntry {
  readonly path: string;
  readonly file: string;
  readonly contentType: string;
  /** Whether the content of this path never changes. */
  readonly immutable: boolean;
}

/** Next to `src` and to `dist` alike. */
const FOLDER = new URL('../page/dist/', import.meta.url);

/** Reads the built page: its files by their paths. @throws ThriftStartError when it was not built. */
export async function readPage(folder = FOLDER): Promise<ReadonlyMap<string, PageFile>> {
  const list = await readFile(new URL('files.json', folder), 'utf8').catch((cause: unknown) => {
    const advice = 'run `npm run build -w nestjs-thrift-explorer`';
    throw new ThriftStartError(`The page of the explorer was not built: ${advice}`, { cause });
  });
  const entries = JSON.parse(list) as readonly FileEntry[];
  return new Map(
    await Promise.all(
      entries.map(async ({ path, file, contentType, immutable }) => {
        const cacheControl = immutable ? 'public, max-age=31536000, immutable' : 'no-cache';
        return [path, { contentType, cacheControl, content: await readFile(new URL(file, folder)) }] as const;
      }),
    ),
  );
}
