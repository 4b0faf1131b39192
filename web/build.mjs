// Builds the page into dist/: hashed scripts and styles, the files of public/, index.html, a brotli and a gzip version
// of each, and assets.json, which lists their paths, types and caching for a server. `npm run build -w web`.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import esbuild from 'esbuild';

const root = new URL('./', import.meta.url);
const dist = new URL('dist/', root);
if (process.argv.includes('--if-changed') && (await isFresh())) process.exit();
/** Paths of the page's screens, with parameters: a server sends index.html for them, and 404 with index.html for any other. */
const VIEWS = ['/today', '/upcoming', '/starred', '/all', '/lists/:list'];
const PAGES = [
  ...['/', '/login', '/sign-up', '/recovery', '/settings', '/join', '/.well-known/change-password'],
  ...VIEWS,
  ...VIEWS.map((view) => `${view}/tasks/:task`),
];
const CONTENT_TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

/**
 * Lets every part that is loaded on demand import the script of the page, which is loaded by then: so all of the latter is
 * one file. Several small files compress worse.
 */
const oneCore = {
  name: 'one-core',
  async setup(build) {
    const folder = fileURLToPath(new URL('src/', root));
    const names = (await readdir(folder, { recursive: true })).filter((name) => /\.tsx?$/.test(name));
    const parts = new Set();
    for (const name of names) {
      const text = await readFile(join(folder, name), 'utf8');
      for (const [, part] of text.matchAll(/\bimport\('([^']+)\.js'\)/g)) parts.add(join(folder, dirname(name), part));
    }
    build.onLoad({ filter: /\.tsx?$/ }, async ({ path }) => {
      if (!parts.has(path.replace(/\.tsx?$/, ''))) return undefined;
      const core = JSON.stringify(join(folder, 'main.tsx'));
      return { contents: `import ${core};\n${await readFile(path, 'utf8')}`, loader: 'tsx' };
    });
  },
};
const { outputFiles, metafile } = await esbuild.build({
  absWorkingDir: new URL('.', root).pathname,
  entryPoints: { early: 'src/early.ts', app: 'src/main.tsx', style: 'styles/main.css' },
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  target: ['es2022', 'chrome109', 'firefox115', 'safari16'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  // Functions are compiled while the script arrives, beside the main thread, instead of when each is used first.
  banner: { js: '//# allFunctionsCalledOnLoad' },
  entryNames: 'assets/[name]-[hash]',
  // The first script has the names of all parts: words in them would be bytes that everybody waits for.
  chunkNames: 'assets/[hash]',
  outdir: 'dist',
  metafile: true,
  write: false,
  plugins: [oneCore],
});

const contents = new Map(
  outputFiles.map(({ path, contents }) => [path.slice(dist.pathname.length), Buffer.from(contents)]),
);
for (const name of await readdir(new URL('public/', root))) {
  contents.set(name, await readFile(new URL(`public/${name}`, root)));
}
contents.set('index.html', Buffer.from(await html()));

await rm(dist, { recursive: true, force: true });
await mkdir(new URL('assets/', dist), { recursive: true });
const files = [];
for (const [name, content] of contents) files.push(await write(name, content));
const summary = { html: '/index.html', pages: PAGES, files };
await writeFile(new URL('assets.json', dist), `${JSON.stringify(summary, null, 2)}\n`);
report(files);

/** Whether none of the page's sources changed since the last build. */
async function isFresh() {
  const built = await stat(new URL('assets.json', dist)).catch(() => undefined);
  if (built === undefined) return false;
  const list = (name) => readdir(new URL(`${name}/`, root), { recursive: true, withFileTypes: true });
  const listed = (await Promise.all(['src', 'styles', 'public'].map(list))).flat();
  const files = listed.map(({ parentPath, name }) => join(parentPath, name));
  const own = ['build.mjs', 'index.html', 'package.json'].map((name) => fileURLToPath(new URL(name, root)));
  const stats = await Promise.all([...files, ...own].map((file) => stat(file)));
  return stats.every(({ mtimeMs }) => mtimeMs < built.mtimeMs);
}

/** Creates index.html with links to styles and scripts: first the small one, which asks for data meanwhile. */
async function html() {
  const outputOf = (source) => Object.entries(metafile.outputs).find(([, { inputs }]) => source in inputs);
  const address = (name) => name.replace(/^dist/, '');
  const [early, { imports }] = outputOf('src/early.ts');
  const [script] = outputOf('src/main.tsx');
  const [styles] = outputOf('styles/main.css');
  const links = [
    // Saves a round trip: `early.ts` takes the answer.
    '<link rel="preload" as="fetch" href="/api/v1/session" crossorigin />',
    `<script type="module" async fetchpriority="high" src="${address(early)}"></script>`,
    ...imports.map(({ path }) => `<link rel="modulepreload" href="${address(path)}" />`),
    `<link rel="stylesheet" href="${address(styles)}" />`,
    `<script type="module" fetchpriority="high" src="${address(script)}"></script>`,
  ];
  const template = await readFile(new URL('index.html', root), 'utf8');
  return template.replace('<!-- styles and scripts -->', links.join('\n    '));
}

/** Writes one file with its compressed versions, if they are smaller, and returns its entry in assets.json. */
async function write(name, content) {
  const compressed = {
    br: brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    gzip: gzipSync(content, { level: 9 }),
  };
  const encodings = {};
  for (const [encoding, bytes] of Object.entries(compressed)) {
    if (bytes.length >= content.length * 0.95) continue;
    encodings[encoding] = { file: `${name}.${encoding === 'br' ? 'br' : 'gz'}`, bytes: bytes.length };
    await writeFile(new URL(encodings[encoding].file, dist), bytes);
  }
  await writeFile(new URL(name, dist), content);
  return {
    path: `/${name}`,
    file: name,
    contentType: CONTENT_TYPES[extname(name)],
    bytes: content.length,
    etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
    // Hashed names never change their content.
    immutable: name.startsWith('assets/'),
    encodings,
  };
}

function report(files) {
  const kilobytes = (ending) =>
    files
      .filter(({ path }) => path.endsWith(ending))
      .reduce((sum, { bytes, encodings }) => sum + (encodings.br?.bytes ?? bytes) / 1_000, 0)
      .toFixed(1);
  console.error(`web: ${files.length} files; brotli: scripts ${kilobytes('.js')} kB, styles ${kilobytes('.css')} kB`);
}
