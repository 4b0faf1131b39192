import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { projectRoot } from '@tasks/testing/project-copy';

const index = join(projectRoot, 'packages/nestjs-thrift/src/index.ts');
const PRIVATE = new Set([ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword]);

/** A source file: its declarations, and the sources of imported names. */
class Source {
  readonly declarations = new Map<string, ts.Statement>();
  readonly imports = new Map<string, { readonly file: string; readonly name: string }>();
  readonly exports = new Map<string, { readonly file: string; readonly name: string }>();

  constructor(readonly file: string) {
    const { statements } = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    for (const statement of statements) {
      if (ts.isImportDeclaration(statement)) this.link(statement, statement.importClause?.namedBindings, this.imports);
      else if (ts.isExportDeclaration(statement)) this.link(statement, statement.exportClause, this.exports);
      else if (ts.isVariableStatement(statement)) {
        for (const { name } of statement.declarationList.declarations) this.declarations.set(name.getText(), statement);
      } else if ('name' in statement) this.declarations.set((statement.name as ts.Identifier).text, statement);
    }
  }

  private link(
    { moduleSpecifier }: ts.ImportDeclaration | ts.ExportDeclaration,
    clause: ts.Node | undefined,
    into: Map<string, { readonly file: string; readonly name: string }>,
  ): void {
    const from = (moduleSpecifier as ts.StringLiteral).text;
    if (!from.startsWith('.') || clause === undefined) return;
    if (!ts.isNamedImports(clause) && !ts.isNamedExports(clause)) return;
    const file = join(dirname(this.file), from.replace(/\.js$/, '.ts'));
    for (const { name, propertyName } of clause.elements)
      into.set(name.text, { file, name: (propertyName ?? name).text });
  }
}

/** Whether a node is internal: a body, a value, a private member. */
function isHidden(node: ts.Node): boolean {
  if (ts.isBlock(node)) return true;
  if (ts.isClassElement(node) && node.name !== undefined && ts.isPrivateIdentifier(node.name)) return true;
  if (ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => PRIVATE.has(kind)) === true) {
    return !ts.isParameter(node);
  }
  const { parent } = node;
  return (ts.isParameter(parent) || ts.isPropertyDeclaration(parent)) && parent.initializer === node;
}

/** The types that a declaration exposes to users. */
function* namesIn(node: ts.Node): Generator<string> {
  if (isHidden(node)) return;
  if (ts.isTypeReferenceNode(node)) yield node.typeName.getText();
  if (ts.isExpressionWithTypeArguments(node)) yield node.expression.getText();
  const children: ts.Node[] = [];
  node.forEachChild((child) => void children.push(child));
  for (const child of children) yield* namesIn(child);
}

/** Returns `type in file` for each type of the transport in a public signature that the index does not export. */
function unexported(): { readonly seen: number; readonly missing: string[] } {
  const key = (file: string, name: string): string => `${name} in ${file}`;
  const exported = [...new Source(index).exports.values()];
  const known = new Set(exported.map(({ file, name }) => key(file, name)));
  const missing = new Set<string>();
  for (const { file, name } of exported) {
    const source = new Source(file);
    for (const type of namesIn(source.declarations.get(name) as ts.Statement)) {
      const home = source.declarations.has(type) ? { file, name: type } : source.imports.get(type);
      if (home !== undefined && !known.has(key(home.file, home.name))) missing.add(`${type}, of ${name}`);
    }
  }
  return { seen: exported.length, missing: [...missing] };
}

describe('the index of the transport', () => {
  it('exports every type in an exported signature', () => {
    const { seen, missing } = unexported();
    expect(missing).toEqual([]);
    expect(seen).toBeGreaterThan(50);
  });
});
