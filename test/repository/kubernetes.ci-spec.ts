import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ANSWER_LIMIT_MS } from '@tasks/service';
import { describeWithPython } from '@tasks/testing/describe-with-python';
import { projectRoot } from '@tasks/testing/project-copy';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { parseConfig as parseGatewayConfig } from '../../gateway/src/config/config.js';
import { parseConfig } from '../../src/config/config.js';
import { stopLimitMs, TestApp } from '../support/app.js';
import {
  claimOf,
  environmentOf,
  jobPod,
  Kustomize,
  labelled,
  manifestFiles,
  SECRET_URI,
  SERVICES,
  setups,
  workload,
  type Container,
  type Resource,
  type Resources,
  type ServiceName,
} from '../support/kubernetes.js';

/** The ports that a service listens on by default, and no others. */
const PORTS: Readonly<Record<ServiceName, Readonly<Record<string, number | undefined>>>> = {
  tasks: { thrift: parseConfig({}).thrift.port, http: parseConfig({}).ops?.port },
  gateway: { web: parseGatewayConfig({}).http.port, ops: parseGatewayConfig({}).ops?.port },
};

describeWithPython('The Kubernetes manifests', (python) => {
  const kustomize = Kustomize.find(python);
  if (kustomize === undefined) {
    it.skip('need Go', () => undefined);
    return;
  }
  let built: Record<string, Resources>;
  let [mongodb, embedded]: Resources[] = [];

  beforeAll(async () => {
    built = await kustomize.buildAll();
    ({ mongodb, embedded } = built as { mongodb: Resources; embedded: Resources });
  }, 60_000);

  function of(overlay: 'mongodb' | 'embedded'): Resources {
    return (overlay === 'mongodb' ? mongodb : embedded) ?? {};
  }

  describe.each(Object.keys(setups))('%s', (name) => {
    it.each(['1.29.0', '1.37.0'])('is valid for Kubernetes %s', async (version) => {
      const resources = Object.values(built[name] ?? {});
      const monitors = resources.filter(({ kind }) => kind === 'PodMonitor').length;
      const { passed, complaints } = await kustomize.validate(resources, version);
      expect(complaints).toEqual([]);
      expect(passed).toBe(resources.length - monitors);
      expect(passed).toBeGreaterThan(8);
    });
  });

  it.each([
    ['a misspelt field', 'readinessProbe', 'readynessProbe'],
    ['a port that is no number', '"containerPort":6001', '"containerPort":"six"'],
    ['a kind that does not exist', '"kind":"Deployment"', '"kind":"Deploymint"'],
  ])('are rejected for %s', async (_what, right, wrong) => {
    const text = JSON.stringify(of('mongodb')['Deployment/tasks']);
    expect(text).toContain(right);
    const broken = JSON.parse(text.replace(right, wrong)) as Resource;
    const { passed, complaints } = await kustomize.validate([broken], '1.37.0');
    expect({ passed, hasComplaints: complaints.length > 0 }).toEqual({ passed: 0, hasComplaints: true });
  });

  it('rejects a PodMonitor with a field that the Prometheus Operator does not know', async () => {
    using folder = new ScratchFolder();
    cpSync(join(projectRoot, 'deploy/kubernetes/components/pod-monitor'), folder.path, { recursive: true });
    const [kustomization, monitor] = ['kustomization.yaml', 'tasks-pod-monitor.yaml'].map((name) =>
      join(folder.path, name),
    ) as [string, string];
    const asRoot = readFileSync(kustomization, 'utf8')
      .replace('v1alpha1', 'v1beta1')
      .replace('Component', 'Kustomization');
    writeFileSync(kustomization, asRoot);
    expect(Object.keys(await kustomize.buildFolder(folder.path))).toHaveLength(2);
    writeFileSync(monitor, readFileSync(monitor, 'utf8').replace('podMetricsEndpoints', 'endpoints'));
    await expect(kustomize.buildFolder(folder.path)).rejects.toThrow('PodMonitor tasks: error unmarshaling JSON');
  });

  it.each(manifestFiles)('$path is named by the kustomization of its folder', ({ path, kustomization }) => {
    expect(kustomization).toContain(basename(path));
  });

  it.each([
    ['mongodb', 'Deployment'],
    ['embedded', 'StatefulSet'],
  ] as const)('%s runs both services as a %s, with bounds and without rights', async (overlay, kind) => {
    for (const name of SERVICES) {
      const { template } = workload(of(overlay), `${kind}/${name}`);
      expect(template.metadata.labels).toEqual({ 'app.kubernetes.io/name': name });
      const [container] = template.spec.containers;
      expect(Object.fromEntries(container.ports.map((port) => [port.name, port.containerPort]))).toEqual(PORTS[name]);
      expect(template.spec).toMatchObject({
        enableServiceLinks: false,
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 1000 },
      });
      expect(container).toMatchObject({
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        resources: { requests: { cpu: expect.any(String) }, limits: { memory: expect.any(String) } },
      });
      expect(container.livenessProbe.httpGet.path).toBe('/health/live');
      expect(container.readinessProbe.httpGet.path).toBe('/health/ready');
      expect((container.readinessProbe.timeoutSeconds ?? 1) * 1_000).toBeGreaterThan(ANSWER_LIMIT_MS);
      expect(PORTS[name]).toHaveProperty(container.readinessProbe.httpGet.port);
    }
    const { drain } = parseConfig(environmentOf(workload(of(overlay), `${kind}/tasks`).template.spec.containers[0]));
    expect(drain.delayMs).toBeGreaterThan(0);
    const neededMs = drain.delayMs + (await stopLimitMs());
    const { terminationGracePeriodSeconds } = workload(of(overlay), `${kind}/tasks`).template.spec;
    expect(terminationGracePeriodSeconds * 1_000).toBeGreaterThan(neededMs);
  });

  it("build the example of docs/operations.md with an operator's images and address", async () => {
    const page = readFileSync(join(projectRoot, 'docs/operations.md'), 'utf8');
    const [, example = ''] = /```yaml\n(apiVersion: kustomize[^`]*)```/.exec(page) ?? [];
    using folder = new ScratchFolder();
    cpSync(join(projectRoot, 'deploy/kubernetes'), join(folder.path, 'tasks/deploy/kubernetes'), { recursive: true });
    writeFileSync(join(folder.path, 'kustomization.yaml'), example);
    const resources = await kustomize.buildFolder(folder.path);
    expect(Object.keys(resources).sort()).toEqual(Object.keys(built['mongodb with components'] ?? {}).sort());
    const [container] = workload(resources, 'Deployment/gateway').template.spec.containers;
    expect(container.image).toBe('registry.example.com/tasks-gateway:0.1.0');
    expect(environmentOf(container)).toMatchObject({
      PUBLIC_URL: 'https://todo.example.com',
      TRUSTED_PROXIES: '10.20.30.0/24',
      TASKS_SERVERS: 'tasks:6001',
    });
  });

  it('name ports of the services that the images expose', () => {
    for (const [service, file] of [
      ['tasks', 'Dockerfile'],
      ['gateway', 'gateway/Dockerfile'],
    ] as const) {
      const ports = Object.values(PORTS[service]).map(String);
      expect(readFileSync(join(projectRoot, file), 'utf8')).toContain(`EXPOSE ${ports.join(' ')}\n`);
    }
    const ports = of('mongodb')['Service/tasks']?.spec.ports as { name: string; port: number; targetPort: string }[];
    expect(Object.fromEntries(ports.map(({ name, port }) => [name, port]))).toEqual(PORTS.tasks);
    for (const { name, targetPort } of ports) expect(targetPort).toBe(name);
    expect(of('mongodb')['Service/tasks']?.metadata.annotations).toMatchObject({
      'prometheus.io/port': String(PORTS.tasks['http']),
      'prometheus.io/path': '/metrics',
    });
  });

  it('probe paths that Tasks answers', async () => {
    const app = await TestApp.start({ HTTP_PORT: '0' });
    const [container] = workload(of('mongodb'), 'Deployment/tasks').template.spec.containers;
    for (const { httpGet } of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
      expect((await app.get(httpGet.path)).status).toBe(200);
    }
    await app.stop();
  });

  it('let only the gateway and named namespaces call Tasks', () => {
    for (const overlay of ['mongodb', 'embedded'] as const) {
      expect(of(overlay)['NetworkPolicy/tasks']?.spec).toEqual({
        podSelector: labelled('tasks'),
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [
              { podSelector: labelled('gateway') },
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
    }
  });

  it('trust no proxy until the operator names one', () => {
    for (const workloadName of ['Deployment/gateway', 'StatefulSet/gateway']) {
      const resources = of(workloadName.startsWith('Deployment') ? 'mongodb' : 'embedded');
      const [container] = workload(resources, workloadName).template.spec.containers;
      expect(environmentOf(container)).not.toHaveProperty('TRUSTED_PROXIES');
    }
  });

  it('on MongoDB: the address comes from a Secret, and the services take it', () => {
    const container = (name: string): Container =>
      workload(of('mongodb'), `Deployment/${name}`).template.spec.containers[0];
    for (const [name, variable] of [
      ['tasks', 'MONGODB_URI'],
      ['gateway', 'GATEWAY_MONGODB_URI'],
    ] as const) {
      const secretKeyRef = { name: `${name}-mongodb`, key: 'uri' };
      expect(container(name).env).toContainEqual({ name: variable, valueFrom: { secretKeyRef } });
    }
    expect(parseConfig(environmentOf(container('tasks'))).store).toMatchObject({ kind: 'mongo', uri: SECRET_URI });
    const gateway = parseGatewayConfig(environmentOf(container('gateway')));
    expect(gateway).toMatchObject({ store: { kind: 'mongo', uri: SECRET_URI }, tasks: { servers: 'tasks:6001' } });
  });

  it.each(SERVICES)('on MongoDB: %s has two replicas and more, scaled by CPU, and keeps one', (name) => {
    const resources = of('mongodb');
    const { replicas, strategy } = workload(resources, `Deployment/${name}`);
    // The autoscaler's: a number here would be set again by each `kubectl apply`.
    expect(replicas).toBeUndefined();
    expect(strategy).toMatchObject({ rollingUpdate: { maxUnavailable: 0 } });
    const scaler = resources[`HorizontalPodAutoscaler/${name}`]?.spec as { minReplicas: number; maxReplicas: number };
    expect(scaler).toMatchObject({ scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name } });
    expect(scaler.maxReplicas).toBeGreaterThan(scaler.minReplicas);
    const budget = resources[`PodDisruptionBudget/${name}`]?.spec as { minAvailable: number; selector: unknown };
    expect(budget.selector).toEqual(labelled(name));
    expect(budget.minAvailable).toBeLessThan(scaler.minReplicas);
  });

  it.each([
    ['tasks', 'DATA_DIR'],
    ['gateway', 'GATEWAY_DATA_DIR'],
  ] as const)('embedded: %s is one pod with a volume, backed up from its node', (name, variable) => {
    const resources = of('embedded');
    const kinds = Object.values(resources).map(({ kind }) => kind);
    expect(kinds).not.toContain('HorizontalPodAutoscaler');
    expect(kinds).not.toContain('PodDisruptionBudget');
    const { replicas, serviceName, template, volumeClaimTemplates } = workload(resources, `StatefulSet/${name}`);
    expect(replicas).toBe(1);
    const service = resources[`Service/${serviceName}`]?.spec;
    expect(service).toMatchObject({ clusterIP: 'None', selector: { 'app.kubernetes.io/name': name } });
    const [container] = template.spec.containers;
    const folder = environmentOf(container)[variable] ?? '';
    expect(container.volumeMounts).toEqual([{ name: 'data', mountPath: '/data' }]);
    expect(folder).toBe(`/data/${name}`);
    const parse = name === 'tasks' ? parseConfig : parseGatewayConfig;
    expect(parse(environmentOf(container)).store).toMatchObject({ kind: 'embedded', dataDir: folder });

    const { spec } = jobPod(resources, `${name}-backup`);
    const [backup] = spec.containers;
    expect(spec.securityContext).toEqual(template.spec.securityContext);
    expect(spec.affinity).toEqual({
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: labelled(name) },
        ],
      },
    });
    expect(backup.image).toBe(container.image);
    expect(environmentOf(backup)).toEqual({ [variable]: folder });
    expect(backup.volumeMounts).toContainEqual({ name: 'data', mountPath: '/data', readOnly: true });
    expect(claimOf(spec, 'data')).toBe(`${volumeClaimTemplates[0]?.metadata.name ?? ''}-${name}-0`);
    expect(claimOf(spec, 'backups')).toBe(`${name}-backups`);
    expect(resources).toHaveProperty([`PersistentVolumeClaim/${name}-backups`]);
  });

  it("monitor the metrics port of each service's pods, as the job of the alerts", () => {
    for (const [name, port] of [
      ['tasks', 'http'],
      ['gateway', 'ops'],
    ] as const) {
      const { spec } = built['mongodb with components']?.[`PodMonitor/${name}`] ?? {};
      expect(spec).toMatchObject({
        jobLabel: 'app.kubernetes.io/name',
        selector: labelled(name),
        podMetricsEndpoints: [{ port, path: '/metrics' }],
      });
      expect(PORTS[name]).toHaveProperty(port);
    }
  });
});
