import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@tasks/testing/project-copy';
import { runProgram } from '@tasks/testing/run-program';

const FOLDER = join(projectRoot, 'deploy/kubernetes');
/** Used by kubectl only, not a resource of a cluster. */
const KUSTOMIZATION = 'kustomization.yaml';

/** The tested parts of a manifest. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec: Record<string, unknown>;
}

/** The names of all files with resources. */
export const manifestFiles = readdirSync(FOLDER).filter((name) => name !== KUSTOMIZATION);

/** Their paths. */
export const manifestPaths = manifestFiles.map((name) => join(FOLDER, name));

/** The manifests by kind and name (`Deployment/tasks`), and kustomization.yaml (`Kustomization`). */
export async function readManifests(python: string): Promise<Record<string, Manifest>> {
  const program = 'import json, sys, yaml; print(json.dumps([yaml.safe_load(open(path)) for path in sys.argv[1:]]))';
  const paths = [...manifestPaths, join(FOLDER, KUSTOMIZATION)];
  const { code, stdout, stderr } = await runProgram(python, ['-c', program, ...paths], { cwd: projectRoot });
  if (code !== 0) throw new Error(`The manifests can't be read: ${stderr}`);
  const manifests = JSON.parse(stdout) as (Omit<Manifest, 'metadata'> & Partial<Pick<Manifest, 'metadata'>>)[];
  return Object.fromEntries(
    manifests.map((manifest) => [
      manifest.metadata === undefined ? manifest.kind : `${manifest.kind}/${manifest.metadata.name}`,
      manifest as Manifest,
    ]),
  );
}
