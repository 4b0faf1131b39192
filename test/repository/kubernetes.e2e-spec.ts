import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { ANSWER_LIMIT_MS } from '@tasks/service';
import { parseConfig } from '../../src/config/config.js';
import { stopLimitMs, TestApp } from '../support/app.js';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { manifestFiles, manifestPaths, readManifests, type Manifest } from '../support/manifests.js';
import { operationsPage } from '../support/operations-page.js';
import { projectRoot } from '@tasks/testing/project-copy';
import { describeWithPython } from '@tasks/testing/describe-with-python';
import { besidePython } from '@tasks/testing/python';
import { runProgram, type ProgramResult } from '@tasks/testing/run-program';

const SECRET_URI = 'mongodb://mongo:27017/';

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly timeoutSeconds?: number;
}

interface Container {
  readonly ports: { readonly name: string; readonly containerPort: number }[];
  readonly env: { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

interface Pod {
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: unknown;
  readonly containers: [Container];
}

describeWithPython('The Kubernetes manifests', (python) => {
  let manifests: Record<string, Manifest>;
  let pod: Pod;
  let container: Container;

  beforeAll(async () => {
    manifests = await readManifests(python);
    const { template } = manifests['Deployment/tasks']?.spec as { template: { spec: Pod } };
    pod = template.spec;
    container = pod.containers[0];
  });

  function validate(paths: readonly string[], version: string): Promise<ProgramResult> {
    const args = ['--strict', '-k', version, ...paths];
    return runProgram(besidePython(python, 'kubernetes-validate'), args, { cwd: projectRoot });
  }

  it.each(['1.29.0', '1.37.0'])('are valid for Kubernetes %s', async (version) => {
    const { code, stdout, stderr } = await validate(manifestPaths, version);
    expect({ code, failures: (stdout + stderr).match(/^(?!INFO).+$/gm) }).toEqual({ code: 0, failures: null });
    for (const file of manifestFiles) expect(stdout + stderr).toContain(`${file} passed`);
  });

  it.each([
    ['a misspelt field', 'readinessProbe', 'readynessProbe'],
    ['a port that is no number', 'containerPort: 6001', 'containerPort: six'],
    ['a kind that does not exist', 'kind: Deployment', 'kind: Deploymint'],
  ])('would be reported for %s', async (_what, right, wrong) => {
    using folder = new ScratchFolder();
    const broken = join(folder.path, 'deployment.yaml');
    const text = readFileSync(manifestPaths.find((path) => path.endsWith('/deployment.yaml')) ?? '', 'utf8');
    writeFileSync(broken, text.replace(right, wrong));
    const { stdout, stderr } = await validate([broken], '1.37.0');
    expect(stdout + stderr).toMatch(/^(ERROR|WARN)/m);
    expect(stdout + stderr).not.toContain('passed');
  });

  it('are all listed in the kustomization', () => {
    const { resources } = manifests.Kustomization as unknown as { resources: string[] };
    expect([...resources].sort()).toEqual([...manifestFiles].sort());
  });

  it("name the service's default ports, and no others", () => {
    const { thrift, http } = parseConfig({});
    const ports = { thrift: thrift.port, http: http?.port };
    expect(Object.fromEntries(container.ports.map(({ name, containerPort }) => [name, containerPort]))).toEqual(ports);
    const service = manifests['Service/tasks']?.spec.ports as { name: string; port: number; targetPort: string }[];
    expect(Object.fromEntries(service.map(({ name, port }) => [name, port]))).toEqual(ports);
    for (const { name, targetPort } of service) expect(targetPort).toBe(name);
    const { annotations } = manifests['Service/tasks']?.metadata ?? {};
    expect(annotations).toMatchObject({ 'prometheus.io/port': String(ports.http), 'prometheus.io/path': '/metrics' });
    expect(readFileSync(join(projectRoot, 'Dockerfile'), 'utf8')).toContain(
      `EXPOSE ${String(ports.thrift)} ${String(ports.http)}\n`,
    );
  });

  it('probe liveness for restarts and readiness for calls, slower than the store check', async () => {
    const app = await TestApp.start({ HTTP_PORT: '0' });
    const { startupProbe, livenessProbe, readinessProbe } = container;
    for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe]) {
      expect(httpGet.port).toBe('http');
      expect((await app.get(httpGet.path)).status).toBe(200);
    }
    await app.stop();
    expect([livenessProbe.httpGet.path, readinessProbe.httpGet.path]).toEqual(['/health/live', '/health/ready']);
    expect((readinessProbe.timeoutSeconds ?? 1) * 1_000).toBeGreaterThan(ANSWER_LIMIT_MS);
  });

  it('have the label and the port name with which the scrape example finds every pod', () => {
    const { template } = manifests['Deployment/tasks']?.spec as { template: Manifest };
    const [, name = '', port = ''] = /regex: (\w+);(\w+)/.exec(operationsPage) ?? [];
    expect(template.metadata.labels['app.kubernetes.io/name']).toBe(name);
    expect(container.ports.filter((one) => one.name === port)).toHaveLength(1);
    expect(operationsPage).toContain(
      '__meta_kubernetes_pod_label_app_kubernetes_io_name, __meta_kubernetes_pod_container_port_name]',
    );
  });

  it('give a pod enough time to stop, traces included', async () => {
    const { drainDelayMs, thrift } = parseConfig(environment());
    expect(drainDelayMs).toBeGreaterThan(0);
    expect(thrift.limits).toEqual({});
    const neededMs = drainDelayMs + (await stopLimitMs());
    expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(neededMs);
    const [, documented] = /30 s in the manifests, where\s+(\d+) are needed/.exec(operationsPage) ?? [];
    expect(Number(documented) * 1_000).toBe(neededMs);
  });

  it('take the address of MongoDB from a Secret, and nothing from service links', () => {
    expect(container.env).toContainEqual({
      name: 'MONGODB_URI',
      valueFrom: { secretKeyRef: { name: 'tasks-mongodb', key: 'uri' } },
    });
    expect(parseConfig(environment()).store).toMatchObject({ kind: 'mongo', uri: SECRET_URI });
    expect(pod).toMatchObject({ enableServiceLinks: false, automountServiceAccountToken: false });
  });

  it('run it without unnecessary rights, and with limits', () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(container).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      resources: { requests: { cpu: expect.any(String) }, limits: { memory: expect.any(String) } },
    });
  });

  it('keep a replica during disruptions, and let only the gateway and named namespaces call', () => {
    const { replicas, strategy } = manifests['Deployment/tasks']?.spec as { replicas: number; strategy: unknown };
    expect(strategy).toMatchObject({ rollingUpdate: { maxUnavailable: 0 } });
    const labels = { matchLabels: { 'app.kubernetes.io/name': 'tasks' } };
    const budget = manifests['PodDisruptionBudget/tasks']?.spec as { minAvailable: number; selector: unknown };
    expect(budget.selector).toEqual(labels);
    expect(budget.minAvailable).toBeLessThan(replicas);
    expect(manifests['NetworkPolicy/tasks']?.spec).toEqual({
      podSelector: labels,
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [
            { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'gateway' } } },
            { namespaceSelector: { matchLabels: { 'tasks.example.com/calls-tasks': 'true' } } },
          ],
          ports: [{ port: 'thrift', protocol: 'TCP' }],
        },
        {
          from: [{ namespaceSelector: { matchLabels: { 'tasks.example.com/scrapes-metrics': 'true' } } }],
          ports: [{ port: 'http', protocol: 'TCP' }],
        },
      ],
    });
  });

  /** The pod's variables, as set by Kubernetes. */
  function environment(): Record<string, string> {
    return Object.fromEntries(container.env.map(({ name, value }) => [name, value ?? SECRET_URI]));
  }
});
