// Builds the page into page/dist/: a hashed script and style, index.html, and files.json, which lists their paths and types
// for the server. With `--if-changed`, only when a source is newer than the last build.
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = new URL('./', import.meta.url);
const dist = new URL('dist/', root);
if (process.argv.includes('--if-changed') && (await isFresh())) process.exit();

const CONTENT_TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const { outputFiles } = await esbuild.build({
  absWorkingDir: fileURLToPath(root),
  entryPoints: { app: 'src/main.tsx', style: 'styles/main.css' },
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022', 'chrome123', 'firefox120', 'safari17.5'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  entryNames: 'assets/[name]-[hash]',
  outdir: 'dist',
  write: false,
});

const contents = new Map(
  outputFiles.map(({ path, contents }) => [path.slice(fileURLToPath(dist).length), Buffer.from(contents)]),
);
for (const name of await readdir(new URL('public/', root))) {
  contents.set(name, await readFile(new URL(`public/${name}`, root)));
}
contents.set('index.html', Buffer.from(await html([...contents.keys()])));

await rm(dist, { recursive: true, force: true });
await mkdir(new URL('assets/', dist), { recursive: true });
for (const [name, content] of contents) await writeFile(new URL(name, dist), content);
const files = [...contents.keys()].map((file) => ({
  path: file === 'index.html' ? '/' : `/${file}`,
  file,
  contentType: CONTENT_TYPES[extname(file)],
  // Hashed names never change their content.
  immutable: file.startsWith('assets/'),
}));
await writeFile(new URL('files.json', dist), `${JSON.stringify(files, null, 2)}\n`);
const bytes = [...contents.values()].reduce((sum, { length }) => sum + length, 0);
console.error(`explorer: ${contents.size} files, ${(bytes / 1_000).toFixed(1)} kB`);

async function isFresh() {
  const built = await stat(new URL('files.json', dist)).catch(() => undefined);
  if (built === undefined) return false;
  const list = (name) => readdir(new URL(`${name}/`, root), { recursive: true, withFileTypes: true });
  const listed = (await Promise.all(['src', 'styles', 'public'].map(list))).flat();
  const files = listed.map(({ parentPath, name }) => join(parentPath, name));
  const own = ['build.mjs', 'index.html', '../package.json'].map((name) => fileURLToPath(new URL(name, root)));
  const stats = await Promise.all([...files, ...own].map((file) => stat(file)));
  return stats.every(({ mtimeMs }) => mtimeMs < built.mtimeMs);
}

/** index.html with links to the style and the script. */
async function html(names) {
  const find = (ending) => names.find((name) => name.startsWith('assets/') && name.endsWith(ending));
  const links = [
    `<link rel="stylesheet" href="/${find('.css')}" />`,
    `<script type="module" src="/${find('.js')}"></script>`,
  ];
  const template = await readFile(new URL('index.html', root), 'utf8');
  return template.replace('<!-- styles and scripts -->', links.join('\n    '));
}
