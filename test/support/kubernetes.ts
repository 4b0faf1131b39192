import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { findGoProgram } from '@tasks/testing/go-program';
import { projectRoot } from '@tasks/testing/project-copy';
import { besidePython } from '@tasks/testing/python';
import { runProgram, type ProgramResult } from '@tasks/testing/run-program';
import { ScratchFolder } from '@tasks/testing/scratch-folder';

const FOLDER = join(projectRoot, 'deploy/kubernetes');
const OPERATOR_API = 'monitoring.coreos.com';

/** What a test looks at in a resource. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec: Record<string, unknown>;
}

/** Resources by kind and name: `Deployment/tasks`. */
export type Resources = Readonly<Record<string, Resource>>;

/** An overlay, and components beside it, by their paths in deploy/kubernetes. */
export interface Setup {
  readonly overlay: string;
  readonly components?: readonly string[];
}

/** The value of every Secret, as tests see it. */
export const SECRET_URI = 'mongodb://mongo:27017/';
/** What the overlays run. */
export const SERVICES = ['tasks', 'gateway'] as const;
export type ServiceName = (typeof SERVICES)[number];

const COMPONENTS = ['components/ingress', 'components/pod-monitor', 'components/mongodb-backup'];

/** The overlays, each alone and with the components that suit it. */
export const setups: Readonly<Record<string, Setup>> = {
  mongodb: { overlay: 'overlays/mongodb' },
  embedded: { overlay: 'overlays/embedded' },
  'mongodb with components': { overlay: 'overlays/mongodb', components: COMPONENTS },
  'embedded with monitors': { overlay: 'overlays/embedded', components: ['components/pod-monitor'] },
};

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly timeoutSeconds?: number;
}

/** What a test looks at in a container. */
export interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly ports: { readonly name: string; readonly containerPort: number }[];
  readonly env: { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly volumeMounts?: { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

/** What a test looks at in a pod. */
export interface Pod {
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: unknown;
  readonly affinity: unknown;
  readonly volumes?: { readonly name: string; readonly persistentVolumeClaim?: { readonly claimName: string } }[];
  readonly containers: readonly [Container, ...Container[]];
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Record<string, string> };
  readonly spec: Pod;
}

/** A Deployment or StatefulSet. */
export interface Workload {
  readonly replicas?: number;
  readonly strategy?: unknown;
  readonly serviceName: string;
  readonly template: PodTemplate;
  readonly volumeClaimTemplates: { readonly metadata: { readonly name: string } }[];
}

/** The Deployment or StatefulSet of this kind and name, `Deployment/tasks`. */
export function workload(resources: Resources, name: string): Workload {
  return resources[name]?.spec as unknown as Workload;
}

export function jobPod(resources: Resources, name: string): PodTemplate {
  const { jobTemplate } = resources[`CronJob/${name}`]?.spec as { jobTemplate: { spec: { template: PodTemplate } } };
  return jobTemplate.spec.template;
}

export function claimOf({ volumes = [] }: Pod, volume: string): string {
  return volumes.find(({ name }) => name === volume)?.persistentVolumeClaim?.claimName ?? '';
}

/** The container's variables, as Kubernetes sets them. */
export function environmentOf({ env }: Container): Record<string, string> {
  return Object.fromEntries(env.map(({ name, value }) => [name, value ?? SECRET_URI]));
}

/** The selector of a service's pods. */
export function labelled(name: string): { matchLabels: Record<string, string> } {
  return { matchLabels: { 'app.kubernetes.io/name': name } };
}

/** The paths of all manifests in deploy/kubernetes, with the kustomization of their folder. */
export const manifestFiles = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml') && !path.endsWith('kustomization.yaml'))
  .map((path) => ({ path, kustomization: readFileSync(join(FOLDER, dirname(path), 'kustomization.yaml'), 'utf8') }));

/** Builds kustomizations as `kubectl apply -k` does, and validates resources. */
export class Kustomize {
  readonly #program: string;
  readonly #python: string;

  private constructor(program: string, python: string) {
    this.#program = program;
    this.#python = python;
  }

  /** Undefined where Go is missing, unless REQUIRE_INTEROP=1. */
  static find(python: string): Kustomize | undefined {
    const program = findGoProgram('packages/testing/src/kustomize', 'kustomize');
    return program === undefined ? undefined : new Kustomize(program, python);
  }

  /** Builds a kustomization of an operator: an overlay with components. */
  async build({ overlay, components = [] }: Setup): Promise<Resources> {
    using folder = new ScratchFolder();
    const to = (path: string): string => relative(folder.path, join(FOLDER, path));
    const kustomization = { resources: [to(overlay)], components: components.map(to) };
    writeFileSync(join(folder.path, 'kustomization.yaml'), JSON.stringify(kustomization));
    return await this.buildFolder(folder.path);
  }

  /** Builds every setup, by its name. */
  async buildAll(): Promise<Record<string, Resources>> {
    const all = Object.entries(setups).map(async ([name, setup]) => [name, await this.build(setup)] as const);
    return Object.fromEntries(await Promise.all(all));
  }

  /** @throws Error with the output of kustomize. */
  async buildFolder(folder: string): Promise<Resources> {
    const { code, stdout, stderr } = await runProgram(this.#program, [folder], { cwd: projectRoot });
    if (code !== 0) throw new Error(stderr);
    using scratch = new ScratchFolder();
    const built = join(scratch.path, 'built.yaml');
    writeFileSync(built, stdout);
    const script = 'import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))';
    const { stdout: json } = await runProgram(this.#python, ['-c', script, built], { cwd: projectRoot });
    const resources = JSON.parse(json) as Resource[];
    return Object.fromEntries(resources.map((resource) => [`${resource.kind}/${resource.metadata.name}`, resource]));
  }

  /** Validates resources strictly by Kubernetes' own schemas. Returns those that passed, and what was complained about. */
  async validate(resources: readonly Resource[], version: string): Promise<{ passed: number; complaints: string[] }> {
    using folder = new ScratchFolder();
    // The schemas of other API groups are not Kubernetes' own.
    const own = resources.filter(({ apiVersion }) => !apiVersion.startsWith(OPERATOR_API));
    const paths = own.map((resource, n) => {
      const path = join(folder.path, `${String(n)}.yaml`);
      writeFileSync(path, JSON.stringify(resource));
      return path;
    });
    const { stdout, stderr }: ProgramResult = await runProgram(
      besidePython(this.#python, 'kubernetes-validate'),
      ['--strict', '-k', version, ...paths],
      { cwd: projectRoot },
    );
    const lines = (stdout + stderr).trim().split('\n');
    return {
      passed: lines.filter((line) => / passed\b/.test(line)).length,
      complaints: lines.filter((line) => !line.startsWith('INFO')),
    };
  }
}
