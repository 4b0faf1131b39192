import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { describeWithPython } from '@tasks/testing/describe-with-python';
import { projectRoot } from '@tasks/testing/project-copy';
import { runProgram } from '@tasks/testing/run-program';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { parseConfig as parseGatewayConfig } from '../../gateway/src/config/config.js';
import { parseConfig } from '../../src/config/config.js';
import { AppProcess } from '../support/app.js';
import {
  claimOf,
  jobPod,
  Kustomize,
  labelled,
  SECRET_URI,
  SERVICES,
  setups,
  workload,
  type Pod,
  type Resources,
  type Workload,
} from '../support/kubernetes.js';

/** The pods of all workloads and CronJobs. */
function allPods(resources: Resources): Pod[] {
  return Object.values(resources).flatMap(({ kind, metadata, spec }) => {
    if (kind === 'CronJob') return [jobPod(resources, metadata.name).spec];
    return 'template' in spec ? [(spec as unknown as Workload).template.spec] : [];
  });
}

describeWithPython('The backup jobs of the Kubernetes manifests', (python) => {
  const kustomize = Kustomize.find(python);
  if (kustomize === undefined) {
    it.skip('need Go', () => undefined);
    return;
  }
  let built: Record<string, Resources>;

  beforeAll(async () => {
    built = await kustomize.buildAll();
  }, 60_000);

  it.each(Object.keys(setups))('%s has no volume to which two containers of a pod write', (name) => {
    const pods = allPods(built[name] ?? {});
    expect(pods.length).toBeGreaterThan(1);
    for (const { containers } of pods) {
      const written = containers.flatMap(({ volumeMounts = [] }) =>
        volumeMounts.filter(({ readOnly }) => readOnly !== true).map((mount) => mount.name),
      );
      expect(written).toEqual([...new Set(written)]);
    }
  });

  it('keep the backup jobs of the embedded stores off the network', () => {
    const resources = built['embedded'] ?? {};
    expect(resources['NetworkPolicy/store-backup']?.spec).toEqual({
      podSelector: labelled('store-backup'),
      policyTypes: ['Ingress', 'Egress'],
      ingress: [],
      egress: [],
    });
    for (const name of SERVICES) {
      expect(jobPod(resources, `${name}-backup`).metadata.labels).toEqual(labelled('store-backup').matchLabels);
    }
  });

  it('let the backup jobs of MongoDB reach DNS and MongoDB alone', () => {
    const resources = built['mongodb with components'] ?? {};
    expect(resources['NetworkPolicy/mongodb-backup']?.spec).toEqual({
      podSelector: labelled('mongodb-backup'),
      policyTypes: ['Ingress', 'Egress'],
      ingress: [],
      egress: [
        {
          ports: [
            { port: 53, protocol: 'UDP' },
            { port: 53, protocol: 'TCP' },
          ],
        },
        { ports: [{ port: 27_017, protocol: 'TCP' }] },
      ],
    });
    for (const name of SERVICES) {
      expect(jobPod(resources, `${name}-mongodb-backup`).metadata.labels).toEqual(
        labelled('mongodb-backup').matchLabels,
      );
    }
  });

  it('embedded: copy a running store and delete backups older than two weeks', async () => {
    using folder = new ScratchFolder();
    const at = (...parts: string[]): string => join(folder.path, ...parts);
    const [script = ''] = jobPod(built['embedded'] ?? {}, 'tasks-backup').spec.containers[0].args;
    mkdirSync(at('backups'));
    mkdirSync(at('bin'));
    const command = join(projectRoot, 'dist/bootstrap/tasks.js');
    writeFileSync(at('bin/tasks'), `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`, { mode: 0o755 });
    for (const name of ['tasks-old.backup', 'notes.txt']) {
      writeFileSync(at('backups', name), '');
      const old = Date.now() / 1_000 - 16 * 86_400;
      utimesSync(at('backups', name), old, old);
    }
    await using app = await AppProcess.start({ DATA_DIR: at('data') });
    await app.client().add({ userId: 'alice', name: 'milk' });
    const env = { DATA_DIR: at('data'), PATH: `${at('bin')}:${process.env.PATH ?? ''}` };
    const args = ['-euc', script.replaceAll('/backups', at('backups'))];
    const { code, stderr } = await runProgram('/bin/sh', args, { cwd: folder.path, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [notes, backup = '', ...more] = readdirSync(at('backups')).sort();
    expect({ notes, more }).toEqual({ notes: 'notes.txt', more: [] });
    expect(readFileSync(at('backups', backup), 'utf8')).toContain('milk');
    expect(statSync(at('backups', backup)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['tasks', parseConfig({ MONGODB_URI: SECRET_URI }).store, 'MONGODB_URI'],
    ['gateway', parseGatewayConfig({ MONGODB_URI: SECRET_URI }).store, 'GATEWAY_MONGODB_URI'],
  ] as const)('dump the database that %s uses by default, to a volume of its own', (name, store, variable) => {
    const resources = built['mongodb with components'] ?? {};
    const { spec } = jobPod(resources, `${name}-mongodb-backup`);
    const [container] = spec.containers;
    const { valueFrom } =
      workload(resources, `Deployment/${name}`).template.spec.containers[0].env.find((one) => one.name === variable) ??
      {};
    expect(container.env).toEqual([
      { name: 'DATABASE', value: store.kind === 'mongo' ? store.database : '' },
      { name: 'URI', valueFrom },
    ]);
    expect(container.image).toMatch(/^mongo:\d+\.\d+\.\d+$/);
    expect(claimOf(spec, 'backups')).toBe(`${name}-mongodb-backups`);
    expect(resources).toHaveProperty([`PersistentVolumeClaim/${name}-mongodb-backups`]);
  });

  it('pass mongodump the address as a YAML string, and name only complete dumps', async () => {
    using folder = new ScratchFolder();
    const at = (...parts: string[]): string => join(folder.path, ...parts);
    const [script = ''] = jobPod(built['mongodb with components'] ?? {}, 'tasks-mongodb-backup').spec.containers[0]
      .args;
    mkdirSync(at('backups'));
    mkdirSync(at('bin'));
    const mongodump = `#!/bin/sh\ncp '${at('mongodump.yaml')}' '${at('seen.yaml')}'\necho "$2" >"\${4#--archive=}"\n`;
    writeFileSync(at('bin/mongodump'), mongodump, { mode: 0o755 });
    const env = {
      URI: "mongodb://user:it's%20%5C@mongo:27017/?a=b #c",
      DATABASE: 'tasks-db',
      PATH: `${at('bin')}:${process.env.PATH ?? ''}`,
    };
    const moved = script.replaceAll('/tmp/mongodump.yaml', at('mongodump.yaml')).replaceAll('/backups', at('backups'));
    const { code, stderr } = await runProgram('/bin/sh', ['-euc', moved], { cwd: folder.path, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const seen = "uri: 'mongodb://user:it''s%20%5C@mongo:27017/?a=b #c'\n";
    expect(readFileSync(at('seen.yaml'), 'utf8')).toBe(seen);
    const [dump = '', ...more] = readdirSync(at('backups'));
    expect(more).toEqual([]);
    expect(dump).toMatch(/^tasks-db-[\dT-]+\.archive\.gz$/);
    expect(readFileSync(at('backups', dump), 'utf8')).toBe('--db=tasks-db\n');
  });
});
