import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { stopLimitMs } from '../support/app.js';
import { projectRoot } from '@tasks/testing/project-copy';

const composes = [['docker', 'compose'], ['docker-compose']];

/** Docker Compose's view of docker-compose.yml, with defaults; undefined without Compose. */
function composeConfig(): string | undefined {
  const [command, ...args] =
    composes.find(([name = '', ...rest]) => run(name, [...rest, 'version']).status === 0) ?? [];
  if (command !== undefined) {
    const { status, stdout, stderr } = run(command, [...args, 'config']);
    if (status !== 0) throw new Error(`docker-compose.yml is not valid: ${stderr}`);
    return stdout;
  }
  if (process.env.REQUIRE_CONTAINER === '1') throw new Error('No Docker Compose: apt-get install docker-compose');
  console.warn('NOT RUN: the tests of docker-compose.yml. No Docker Compose is installed.');
  return undefined;
}

function run(command: string, args: string[]): SpawnSyncReturns<string> {
  return spawnSync(command, args, { cwd: projectRoot, encoding: 'utf8' });
}

const config = composeConfig();
const describeCompose = config === undefined ? describe.skip : describe;

describeCompose('docker-compose.yml', () => {
  const [tasks = '', mongo = '', gateway = ''] = ['tasks', 'mongo', 'gateway'].map(
    (name) => new RegExp(`^  ${name}:\\n(?:    .*\\n)+`, 'm').exec(config ?? '')?.[0],
  );

  it('is valid', () => {
    expect(config).toMatch(/^services:/m);
  });

  it('starts the service once MongoDB is healthy, with its address', () => {
    expect(tasks).toMatch(/depends_on:\n\s+mongo:\n\s+condition: service_healthy/);
    expect(tasks).toContain('MONGO_HOST: mongo');
  });

  it('publishes only the gateway, and starts it once Tasks is healthy', () => {
    expect(gateway).toMatch(/depends_on:\n\s+mongo:\n(?:.*\n)*?\s+tasks:\n\s+condition: service_healthy/);
    expect(gateway).toContain('TASKS_SERVERS: tasks:6001');
    expect(config?.match(/published: "?(\d+)"?/g)).toEqual([expect.stringContaining('8080')]);
  });

  it('gives the service enough time to stop, traces included', async () => {
    const [, seconds] = /stop_grace_period: (\d+)s/.exec(tasks) ?? [];
    expect(Number(seconds) * 1_000).toBeGreaterThan(await stopLimitMs());
  });

  it("checks MongoDB's health, and keeps its data in a named volume", () => {
    expect(mongo).toContain('mongosh');
    expect(mongo).toMatch(/mongo-data/);
    expect(config).toMatch(/^volumes:\n {2}mongo-data:/m);
  });
});
