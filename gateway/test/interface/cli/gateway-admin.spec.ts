import { beforeEach, describe, expect, it } from '@jest/globals';
import { Administration } from '../../../src/application/accounts/administration.js';
import { ListAccess } from '../../../src/application/lists/list-access.js';
import { type AdminActions, gatewayAdmin, type GlobalFlags } from '../../../src/interface/cli/gateway-admin.js';
import { TestAccounts } from '../../support/accounts.js';
import { aList, aMember } from '../../support/builders.js';

let accounts: TestAccounts;
let output: string;
let errors: string;
let asked: string[];
let flags: GlobalFlags | undefined;

beforeEach(() => {
  accounts = new TestAccounts();
  flags = undefined;
});

interface Run {
  readonly answer?: string;
  readonly isInteractive?: boolean;
  readonly actions?: Partial<AdminActions>;
}

async function run(args: string, { answer, isInteractive = false, actions = {} }: Run = {}): Promise<number> {
  [output, errors, asked] = ['', '', []];
  const unused = (): never => {
    throw new Error('not expected');
  };
  return gatewayAdmin(
    args.split(' '),
    {
      out: (text) => (output += text),
      err: (text) => (errors += text),
      ask:
        answer === undefined
          ? undefined
          : (question) => {
              asked.push(question);
              return Promise.resolve(answer);
            },
      isInteractive,
    },
    {
      version: '1.2.3',
      administer: (given, act) => {
        flags = given;
        return act(new Administration(accounts.parts));
      },
      backUp: unused,
      verify: unused,
      restore: unused,
      migrate: unused,
      ...actions,
    },
  );
}

const COMMANDS = [
  'list',
  'create',
  'disable',
  'enable',
  'reset-password',
  'end-sessions',
  'delete',
  'lists',
  'backup',
  'verify',
  'restore',
  'migrate',
];

describe('gateway-admin', () => {
  it('prints help', async () => {
    expect(await run('--help')).toBe(0);
    for (const command of COMMANDS) {
      expect(output).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
  });

  it.each(COMMANDS)('explains %s: description, arguments, example and exit codes', async (command) => {
    expect(await run(`${command} --help`)).toBe(0);
    expect(output).toMatch(/^Usage: gateway-admin .*\n\n[A-Z][^.]+\n/);
    for (const argument of ['username', 'file']) {
      if (output.includes(`<${argument}>`)) expect(output).toMatch(new RegExp(`^  ${argument} +\\w`, 'm'));
    }
    expect(output).toMatch(
      new RegExp(`\nExample:\n  gateway-admin ${command}.*\n\nExit codes:\n  0  done\n  1 .+\n  2 .+\n`),
    );
  });

  it('prints its version', async () => {
    expect(await run('--version')).toBe(0);
    expect(output).toBe('1.2.3\n');
  });

  it.each(['', 'unknown', 'disable', 'list --nonsense'])('rejects %p with exit code 2', async (args) => {
    expect(await run(args)).toBe(2);
    expect(errors).not.toBe('');
  });

  it('lists accounts as a table on a terminal, by name', async () => {
    for (const name of ['carol', 'alice']) await accounts.signUp(name);
    expect(await run('list', { isInteractive: true })).toBe(0);
    expect(output).toMatch(
      /^username {2}status {2}created {5}id\nalice {5}active {2}2026-01-01 {2}[0-9a-f]{32}\ncarol {5}active .*\n$/,
    );
  });

  it('lists accounts as JSON for programs, and on request', async () => {
    await accounts.signUp('alice');
    await run('list');
    expect(JSON.parse(output)).toMatchObject([{ username: 'alice', status: 'active' }]);
    await run('--json list', { isInteractive: true });
    expect(JSON.parse(output)).toHaveLength(1);
    expect(output).not.toMatch(/hash|digest/i);
  });

  it('creates an account and prints its code once', async () => {
    expect(await run('create alice', { isInteractive: true })).toBe(0);
    expect(output).toMatch(/^alice: active\nRecovery code, shown once: [0-9A-Z-]{39}\n/);
    expect(await run('create ALICE')).toBe(1);
    expect(errors).toBe('gateway-admin: The username is taken\n');
    expect(await run('create x')).toBe(1);
    expect(errors).toBe('gateway-admin: a username has at least 3 characters\n');
    expect(await run('create a,b')).toBe(1);
    expect(errors).toBe('gateway-admin: a username has only letters, digits and . _ - @ +\n');
  });

  it('finds an account whose name begins with -, after --', async () => {
    await accounts.signUp('-rf');
    expect(await run('disable --yes -- -rf', { isInteractive: true })).toBe(0);
    expect(output).toBe('-rf: disabled\n');
    await run('help disable');
    expect(output.replaceAll(/\s+/g, ' ')).toContain('put -- before one that begins with -');
  });

  it.each(['disable', 'delete', 'end-sessions', 'reset-password'])(
    '%s asks, and does nothing after no',
    async (command) => {
      const { sessionToken } = await accounts.signUp('alice');
      expect(await run(`${command} alice`, { answer: '' })).toBe(2);
      expect(asked).toEqual([expect.stringMatching(/alice.*\? .*\[y\/N\] $/)]);
      expect(errors).toBe('gateway-admin: nothing was done\n');
      await accounts.principal(sessionToken);
      expect(await run(`${command} alice`, { answer: 'yes' })).toBe(0);
      await expect(accounts.principal(sessionToken)).rejects.toThrow();
    },
  );

  it.each(['disable', 'delete', 'end-sessions', 'reset-password'])('%s requires --yes in scripts', async (command) => {
    const { sessionToken } = await accounts.signUp('alice');
    expect(await run(`${command} alice`)).toBe(2);
    expect(errors).toBe('gateway-admin: there is no terminal for the confirmation: use --yes\n');
    await accounts.principal(sessionToken);
    expect(await run(`${command} alice --yes`)).toBe(0);
    await expect(accounts.principal(sessionToken)).rejects.toThrow();
  });

  it('enables without asking', async () => {
    await accounts.signUp('alice');
    await run('disable alice --yes');
    expect(await run('enable alice', { isInteractive: true })).toBe(0);
    expect(output).toBe('alice: active\n');
  });

  it('reports a missing account', async () => {
    expect(await run('enable nobody')).toBe(1);
    expect(errors).toBe('gateway-admin: there is no such account\n');
  });

  it('passes the folder on', async () => {
    await run('--data-dir /somewhere list');
    expect(flags).toMatchObject({ dataDir: '/somewhere' });
  });

  it('lists the lists of all accounts, and repairs those with missing accounts', async () => {
    const { account } = await accounts.signUp('alice');
    const [owner, gone] = [aMember({ accountId: account.id }), aMember({ role: 'editor' })];
    const [shared, orphan] = [
      aList({ id: 'a'.repeat(32), name: 'Party', members: [owner, gone] }),
      aList({ id: 'b'.repeat(32) }),
    ];
    for (const list of [shared, orphan, aList({ members: [owner] })]) await accounts.parts.lists.add(list);
    expect(await run('lists', { isInteractive: true })).toBe(0);
    expect(output).toMatch(/^Party +alice +2 +active +a{32}$/m);
    expect(output).not.toContain(shared.ownerId);
    expect(output).not.toContain(new ListAccess(accounts.parts).firstListId(account.id));
    expect(await run('lists --orphans')).toBe(0);
    expect(JSON.parse(output)).toMatchObject([
      { id: shared.id, owner: 'alice', members: 2 },
      { id: orphan.id, owner: null, members: 1 },
    ]);
    expect(await run('lists --repair --yes', { isInteractive: true })).toBe(0);
    expect(output).toBe('2 lists repaired\n');
    expect(await run('lists --orphans', { isInteractive: true })).toBe(0);
    expect(output).toBe('No lists\n');
    expect(await accounts.parts.lists.find(shared.id)).toMatchObject({ status: 'active', members: [owner] });
    expect(await accounts.parts.lists.find(orphan.id)).toMatchObject({ status: 'removing' });
  });

  it('names the shared lists that end with a deleted account', async () => {
    const { account } = await accounts.signUp('alice');
    const members = [aMember({ accountId: account.id }), aMember({ role: 'editor' })];
    await accounts.parts.lists.add(aList({ name: 'Party', members }));
    expect(await run('delete alice --yes', { isInteractive: true })).toBe(0);
    expect(output).toContain('alice: deleting\nOthers can read these lists');
    expect(output).toContain('Party');
  });

  it('backs up and restores', async () => {
    const backUp = (_flags: GlobalFlags, file: string) => Promise.resolve({ file, accounts: 1_234, bytes: 5_678 });
    expect(await run('backup /b', { isInteractive: true, actions: { backUp } })).toBe(0);
    expect(output).toBe('/b: 1,234 accounts, 5,678 bytes\n');
    expect(await run('restore /b', { actions: { restore: () => Promise.resolve(7) } })).toBe(0);
    expect(JSON.parse(output)).toEqual({ accounts: 7 });
  });

  it('counts what a sound store has, and fails on a damaged one', async () => {
    const sound = { accounts: 1_234, sessions: 5, devices: 6, tokens: 7, lists: 8 };
    expect(await run('verify', { isInteractive: true, actions: { verify: () => Promise.resolve(sound) } })).toBe(0);
    expect(output).toBe('1,234 accounts are sound\n');
    expect(await run('verify', { actions: { verify: () => Promise.resolve(sound) } })).toBe(0);
    expect(JSON.parse(output)).toEqual(sound);
    const verify = (): Promise<never> => Promise.reject(new Error('accounts.db is damaged'));
    expect(await run('verify', { actions: { verify } })).toBe(1);
    expect(errors).toBe('gateway-admin: accounts.db is damaged\n');
  });

  it('migrates, and fails when names are taken', async () => {
    const migrate: AdminActions['migrate'] = (_flags, to, onCopied) => {
      onCopied(3);
      return Promise.resolve({ added: 2, there: 0, conflicts: to === undefined ? [] : ['alice\u001b[2J'] });
    };
    expect(await run('migrate --yes', { isInteractive: true, actions: { migrate } })).toBe(0);
    expect(output).toBe('2 added, 0 existed already\n');
    expect(await run('migrate --yes --to mongodb://x', { actions: { migrate } })).toBe(1);
    expect(errors).toBe('gateway-admin: not copied, since another account has the name there: alice\\u{1b}[2J\n');
  });
});
