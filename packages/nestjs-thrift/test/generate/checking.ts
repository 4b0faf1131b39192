import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** The compiler's options of the project. */
function options(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path)) as { config: object };
  return { ...ts.parseJsonConfigFileContent(config, ts.sys, root).options, noEmit: true, noUnusedLocals: true };
}

/**
 * Type-checks texts as files of the project.
 *
 * @param files the texts by their paths, relative to the project
 * @returns the compiler's messages for each, by path
 */
export function complaintsAbout(files: Readonly<Record<string, string>>): ReadonlyMap<string, readonly string[]> {
  const settings = options();
  const host = ts.createCompilerHost(settings, true);
  const texts = new Map(Object.entries(files).map(([path, text]) => [root + path, text]));
  const fromDisk = host.getSourceFile.bind(host);
  host.getSourceFile = (path, version) => {
    const text = texts.get(path);
    return text === undefined ? fromDisk(path, version) : ts.createSourceFile(path, text, version, true);
  };
  const exists = host.fileExists.bind(host);
  host.fileExists = (path) => texts.has(path) || exists(path);
  const program = ts.createProgram([...texts.keys()], settings, host);
  return new Map(
    [...texts.keys()].map((path) => {
      const file = program.getSourceFile(path);
      const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      return [path.slice(root.length), found.map((each) => ts.flattenDiagnosticMessageText(each.messageText, '\n'))];
    }),
  );
}
