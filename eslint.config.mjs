import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const nodeGlobals = [
  'URL',
  'Buffer',
  'console',
  'performance',
  'process',
  'setTimeout',
  'clearTimeout',
  'AbortController',
  'AbortSignal',
];

/**
 * The projects that `npm run types` checks. Named here, since by `projectService` ESLint opens another one for each
 * package, and takes longer.
 */
const projects = ['.', 'web', 'web/test', 'packages/nestjs-thrift-explorer/page'].map(
  (folder) => `${folder}/tsconfig.json`,
);

export default defineConfig(
  { ignores: ['**/dist/**', 'coverage/**', 'data/**', '.cache/**', '**/node_modules/**'] },
  // A rule is changed here, for all to see, or not at all.
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    extends: [eslint.configs.recommended],
    languageOptions: { globals: Object.fromEntries(nodeGlobals.map((name) => [name, 'readonly'])) },
    rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }] },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { module: 'writable', require: 'readonly' } },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [eslint.configs.recommended, tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: projects, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Misfires on Nest option literals in 8.73.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Nest's own Server declares `unwrap<T>(): T`.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['web/src/i18n/*.ts', 'web/src/*/*texts.ts'],
    rules: { '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }] },
  },
  {
    // On plain http browsers have no other way to copy.
    files: ['web/src/ui/secret.tsx'],
    rules: { '@typescript-eslint/no-deprecated': ['error', { allow: [{ from: 'lib', name: 'execCommand' }] }] },
  },
);
