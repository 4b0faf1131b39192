import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { projectRoot } from '@tasks/testing/project-copy';
import { ScratchFolder } from '@tasks/testing/scratch-folder';

const FOLDER = join(projectRoot, 'deploy/systemd');
const units = readdirSync(FOLDER);

function read(unit: string): string {
  return readFileSync(join(FOLDER, unit), 'utf8');
}

/** What systemd complains about, with the units in a folder of their own. */
function complaints(change: (text: string) => string = (text) => text): string {
  using folder = new ScratchFolder();
  for (const unit of units) writeFileSync(join(folder.path, unit), change(read(unit)));
  const paths = units.map((unit) => join(folder.path, unit));
  const { stdout, stderr, error } = spawnSync('systemd-analyze', ['verify', '--man=no', ...paths], {
    encoding: 'utf8',
  });
  if (error) throw error;
  return `${stdout}${stderr}`;
}

const isThere = spawnSync('systemd-analyze', ['--version']).status === 0;
if (!isThere) {
  if (process.env.REQUIRE_SYSTEMD === '1') throw new Error('No systemd-analyze: apt-get install systemd');
  console.warn('NOT RUN: the check of the systemd units. Install the Debian package systemd');
}

describe('The systemd units', () => {
  (isThere ? it : it.skip)('are accepted by systemd', () => {
    expect(complaints()).toBe('');
    expect(complaints((text) => text.replace('RestartSec', 'RestartSecs'))).toContain('RestartSecs');
  });

  it('cover both services, each with a daily backup', () => {
    const names = ['tasks', 'tasks-backup', 'tasks-gateway', 'tasks-gateway-backup'].map((name) => `${name}.service`);
    expect(units.sort()).toEqual([...names, 'tasks-backup.timer', 'tasks-gateway-backup.timer'].sort());
  });

  it.each(units.filter((unit) => unit.endsWith('.service')))(
    '%s starts a file of the build, for its user alone',
    (unit) => {
      const text = read(unit);
      const [, program = ''] = /^ExecStart=.*?\bnode (?:--enable-source-maps )?([\w./-]+\.js)/m.exec(text) ?? [];
      const source = program.replace(/^gateway\/bin\/gateway-admin\.js$/, 'gateway/dist/bootstrap/gateway-admin.js');
      const path = source
        .replace(/^gateway\/dist/, 'gateway/src')
        .replace(/^dist/, 'src')
        .replace(/\.js$/, '.ts');
      expect(readFileSync(join(projectRoot, path), 'utf8')).not.toBe('');
      expect(text).toContain('UMask=0077\n');
      expect(text).toContain('StateDirectoryMode=0700\n');
    },
  );

  it.each(['tasks', 'tasks-gateway'])('%s-backup has the variables and the sandbox of its service, offline', (name) => {
    const settings = (unit: string): string[] => read(unit).match(/^(?!Environment=)[A-Z]\w+=.*$/gm) ?? [];
    const service = settings(`${name}.service`);
    const backup = settings(`${name}-backup.service`);
    expect(backup).toContain(`EnvironmentFile=-/etc/${name}.env`);
    const sandbox = service.slice(
      service.indexOf('NoNewPrivileges=yes'),
      service.indexOf('WantedBy=multi-user.target'),
    );
    expect(sandbox.length).toBeGreaterThan(15);
    const offline = [
      ...sandbox.filter((line) => !line.startsWith('RestrictAddressFamilies=')),
      'PrivateNetwork=yes',
      'RestrictAddressFamilies=AF_UNIX',
    ];
    expect(backup.slice(backup.indexOf('NoNewPrivileges=yes')).sort()).toEqual(offline.sort());
  });

  it.each(['tasks.service', 'tasks-gateway.service'])('%s has a memory limit, by which its alert goes', (unit) => {
    expect(read(unit)).toMatch(/^MemoryMax=\d+[MG]$/m);
  });
});
