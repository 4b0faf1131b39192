import { createInterface } from 'node:readline/promises';
import { loadConfig, optionText, versionIn, type StoreConfig, type Variables } from '@tasks/service';
import type { AuditLog } from '../application/accounts/audit-log.js';
import { MONGODB_OPTION, parseAccountStore } from '../config/config.js';
import { gatewayAdmin, type GlobalFlags, type Terminal } from '../interface/cli/gateway-admin.js';

const { stdin, stdout, stderr } = process;

// Standard output is closed, as by `gateway-admin list | head -1`: errors can't be reported any more.
for (const stream of [stdout, stderr]) stream.on('error', () => undefined);

const terminal: Terminal = {
  out: (text) => stdout.write(text),
  err: (text) => stderr.write(text),
  ask: stdin.isTTY ? ask : undefined,
  isInteractive: stdout.isTTY,
};

/** Changes without a running gateway are logged here, one line each. */
const audit: AuditLog = {
  record: ({ type, accountId = '' }) => {
    stderr.write(`audit: ${type} ${accountId}\n`);
  },
};

process.exitCode = await gatewayAdmin(process.argv.slice(2), terminal, {
  version: versionIn(new URL('../../package.json', import.meta.url)),
  administer: async (flags, act) => {
    const { openAdministration } = await import('./account-maintenance.js');
    const { administration, close } = await openAdministration(await storeOf(flags), audit);
    return act(administration).finally(close);
  },
  backUp: async (flags, file) => {
    const { backUpAccounts } = await import('./account-maintenance.js');
    return backUpAccounts(await storeOf(flags), file);
  },
  verify: async (flags) => {
    const { verifyAccounts } = await import('./account-maintenance.js');
    return verifyAccounts(await storeOf(flags));
  },
  restore: async (flags, file) => {
    const { restoreAccounts } = await import('./account-maintenance.js');
    return restoreAccounts(await storeOf(flags), file);
  },
  migrate: async (flags, to, onCopied) => {
    const { migrateAccounts } = await import('./account-maintenance.js');
    const source = await storeOf(flags, { GATEWAY_STORE: 'embedded' });
    const target = await storeOf(flags, {
      GATEWAY_STORE: 'mongo',
      ...(to !== undefined && { [MONGODB_OPTION]: optionText(MONGODB_OPTION, to) }),
    });
    if (target.kind !== 'mongo') throw new Error('GATEWAY_STORE=mongo chooses MongoDB');
    return migrateAccounts(source, target, onCopied);
  },
});

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

/** Opens the account store of this environment; a given folder is an embedded store. */
async function storeOf({ dataDir }: GlobalFlags, overrides: Variables = {}): Promise<StoreConfig> {
  const given = dataDir !== undefined && {
    GATEWAY_STORE: 'embedded',
    GATEWAY_DATA_DIR: optionText('--data-dir', dataDir),
  };
  const { config } = await loadConfig((variables) => parseAccountStore({ ...variables, ...given, ...overrides }));
  return config;
}
