import { beforeEach, describe, expect, it } from '@jest/globals';
import { DeleteAccount, ExportAccount } from '../../../src/application/accounts/account-data.js';
import { Administration } from '../../../src/application/accounts/administration.js';
import { Authenticate } from '../../../src/application/accounts/authenticate.js';
import { ChangePassword, Confirm, NewRecoveryCode } from '../../../src/application/accounts/change-credentials.js';
import { Recover } from '../../../src/application/accounts/recover.js';
import { EndOtherSessions, EndSession, ListSessions, LogOut } from '../../../src/application/accounts/sessions.js';
import type { SignedUp } from '../../../src/application/accounts/sign-up.js';
import { CreateToken, ListTokens, MAX_TOKENS, RevokeToken } from '../../../src/application/accounts/tokens.js';
import { ListAccess } from '../../../src/application/lists/list-access.js';
import type { Scope } from '../../../src/domain/access-token.js';
import type { SessionPrincipal } from '../../../src/domain/principal.js';
import { accountError, DAY, MINUTE, ORIGIN, PASSWORD, SECOND, TestAccounts } from '../../support/accounts.js';

const NEW_PASSWORD = 'another purple tractor sings';
const { address } = ORIGIN;
const UNAUTHENTICATED = accountError('UNAUTHENTICATED');

let accounts: TestAccounts;
let alice: SignedUp;
let principal: SessionPrincipal;

beforeEach(async () => {
  accounts = new TestAccounts();
  alice = await accounts.signUp('alice');
  principal = await accounts.principal(alice.sessionToken);
});

function changePassword(fields: Partial<Parameters<ChangePassword['execute']>[0]> = {}) {
  return new ChangePassword(accounts.parts).execute({
    principal,
    currentPassword: PASSWORD,
    newPassword: NEW_PASSWORD,
    endTokens: false,
    address,
    ...fields,
  });
}

function createToken(
  fields: {
    name?: string;
    scopes?: readonly Scope[];
    lifeMs?: number;
    by?: SessionPrincipal;
    create?: CreateToken;
    lists?: readonly string[];
  } = {},
) {
  const { name = 'backup', scopes = ['tasks:read'], lifeMs = DAY, by = principal } = fields;
  const { create = new CreateToken(accounts.parts) } = fields;
  const expiresOn = new Date(accounts.parts.now().getTime() + lifeMs);
  return create.execute({ principal: by, address, name, scopes, expiresOn, lists: fields.lists });
}

function byToken(token: string) {
  return new Authenticate(accounts.parts).byAccessToken(token);
}

describe('confirming the password', () => {
  it('gives the same session a new token and recent authentication', async () => {
    accounts.pass(11 * MINUTE);
    await expect(createToken()).rejects.toMatchObject(accountError('RECENT_AUTHENTICATION_REQUIRED'));
    const confirmed = await new Confirm(accounts.parts).execute({ principal, password: PASSWORD, address });
    expect(confirmed.session.id).toBe(principal.sessionId);
    expect(confirmed.sessionToken).not.toBe(alice.sessionToken);
    await expect(accounts.principal(alice.sessionToken)).rejects.toMatchObject(UNAUTHENTICATED);
    await createToken({ by: await accounts.principal(confirmed.sessionToken) });
  });

  it('rejects a wrong password, from the 5th on with a delay for this session only', async () => {
    const confirm = (password: string, by = principal) =>
      new Confirm(accounts.parts).execute({ principal: by, password, address });
    const other = await accounts.principal((await accounts.logIn('alice')).sessionToken);
    for (let n = 0; n < 5; n++) await expect(confirm('wrong')).rejects.toMatchObject(accountError('WRONG_PASSWORD'));
    await expect(confirm(PASSWORD)).rejects.toMatchObject(accountError('TOO_MANY_ATTEMPTS'));
    await confirm(PASSWORD, other);
    accounts.pass(SECOND);
    await confirm(PASSWORD);
  });
});

describe('changing the password', () => {
  it('ends other sessions, renews this one, and keeps tokens', async () => {
    const other = await accounts.logIn('alice');
    const { token } = await createToken();
    const changed = await changePassword();
    expect((await accounts.principal(changed.sessionToken)).sessionId).toBe(principal.sessionId);
    await expect(accounts.principal(alice.sessionToken)).rejects.toMatchObject(UNAUTHENTICATED);
    await expect(accounts.principal(other.sessionToken)).rejects.toMatchObject(UNAUTHENTICATED);
    await byToken(token);
    await accounts.logIn('alice', NEW_PASSWORD);
    await expect(accounts.logIn('alice', PASSWORD)).rejects.toMatchObject(accountError('WRONG_CREDENTIALS'));
  });

  it('ends tokens on request', async () => {
    const { token } = await createToken();
    await changePassword({ endTokens: true });
    await expect(byToken(token)).rejects.toMatchObject(UNAUTHENTICATED);
    expect(await accounts.parts.tokens.listByAccount(principal.accountId)).toEqual([]);
  });

  it('rejects a wrong current password and a bad new one', async () => {
    await expect(changePassword({ currentPassword: 'wrong' })).rejects.toMatchObject(accountError('WRONG_PASSWORD'));
    const problems = [{ field: 'newPassword', rule: 'too-short', limit: 15 }];
    const short = changePassword({ newPassword: 'short' });
    await expect(short).rejects.toMatchObject(accountError('INVALID_INPUT', { problems }));
    await accounts.principal(alice.sessionToken);
  });

  it('succeeds for one of two concurrent requests', async () => {
    const results = await Promise.allSettled([changePassword(), changePassword({ newPassword: `${NEW_PASSWORD}!` })]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('ends the sessions even if the store fails right after it', async () => {
    const other = await accounts.logIn('alice');
    accounts.parts.sessions.change = () => Promise.reject(new Error('The process was killed'));
    await expect(changePassword()).rejects.toThrow('killed');
    await expect(accounts.principal(other.sessionToken)).rejects.toMatchObject(UNAUTHENTICATED);
    await expect(accounts.principal(alice.sessionToken)).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('gives a session authenticated before it no token afterwards', async () => {
    await changePassword({ endTokens: true });
    await expect(createToken()).rejects.toMatchObject(UNAUTHENTICATED);
    await expect(new NewRecoveryCode(accounts.parts).execute({ principal, address })).rejects.toMatchObject(
      UNAUTHENTICATED,
    );
  });
});

describe('a new recovery code', () => {
  it('replaces the old one', async () => {
    const recoveryCode = await new NewRecoveryCode(accounts.parts).execute({ principal, address });
    const recover = (code: string) =>
      new Recover(accounts.parts).execute({
        username: 'alice',
        recoveryCode: code,
        newPassword: NEW_PASSWORD,
        ...ORIGIN,
      });
    await expect(recover(alice.recoveryCode)).rejects.toMatchObject(accountError('WRONG_CREDENTIALS'));
    await recover(recoveryCode);
  });

  it('needs recent authentication', async () => {
    accounts.pass(10 * MINUTE);
    await expect(new NewRecoveryCode(accounts.parts).execute({ principal, address })).rejects.toMatchObject(
      accountError('RECENT_AUTHENTICATION_REQUIRED'),
    );
  });
});

describe('sessions', () => {
  const list = (by = principal) => new ListSessions(accounts.parts).execute(by);

  it('are listed with a mark on the current one, the last used first', async () => {
    accounts.pass(MINUTE);
    await accounts.logIn('alice', PASSWORD, { ...ORIGIN, userAgent: 'Phone/1' });
    expect(await list()).toMatchObject([
      { userAgent: 'Phone/1', isCurrent: false },
      { id: principal.sessionId, userAgent: 'Test/1.0', isCurrent: true },
    ]);
  });

  it('end one by one, immediately', async () => {
    const other = await accounts.logIn('alice');
    await new EndSession(accounts.parts).execute({ principal, address, id: other.session.id });
    await expect(accounts.principal(other.sessionToken)).rejects.toMatchObject(UNAUTHENTICATED);
    await accounts.principal(alice.sessionToken);
  });

  it('of another account are not found, like unknown ones', async () => {
    const bobby = await accounts.signUp('bobby');
    for (const id of [bobby.session.id, 'unknown']) {
      await expect(new EndSession(accounts.parts).execute({ principal, address, id })).rejects.toMatchObject(
        accountError('NOT_FOUND'),
      );
    }
    await accounts.principal(bobby.sessionToken);
  });

  it('end all except the current one', async () => {
    const [one, other] = [await accounts.logIn('alice'), await accounts.logIn('alice')];
    await new EndOtherSessions(accounts.parts).execute({ principal, address });
    for (const { sessionToken } of [one, other]) {
      await expect(accounts.principal(sessionToken)).rejects.toMatchObject(UNAUTHENTICATED);
    }
    expect(await list()).toHaveLength(1);
  });

  it('end open streams even if the store fails right after their removal', async () => {
    const other = await accounts.logIn('alice');
    accounts.ended.length = 0;
    accounts.parts.accounts.change = () => Promise.reject(new Error('The store is down'));
    const ending = new EndSession(accounts.parts).execute({ principal, address, id: other.session.id });
    await expect(ending).rejects.toThrow('down');
    expect(accounts.ended).toEqual([principal.accountId]);
  });

  it('end by logging out, without affecting others', async () => {
    const other = await accounts.logIn('alice');
    await new LogOut(accounts.parts).execute({ principal, address });
    await expect(accounts.principal(alice.sessionToken)).rejects.toMatchObject(UNAUTHENTICATED);
    await accounts.principal(other.sessionToken);
  });
});

describe('access tokens', () => {
  it('authenticate their account with their scopes, and record their use', async () => {
    const { token, id, lastFour } = await createToken({ scopes: ['tasks:write', 'tasks:read', 'tasks:read'] });
    expect(token.endsWith(lastFour)).toBe(true);
    const scopes = ['tasks:read', 'tasks:write'];
    const { accountId } = principal;
    expect(await byToken(token)).toMatchObject({ via: 'token', accountId, tokenId: id, scopes });
    const [listed] = await new ListTokens(accounts.parts).execute(principal);
    expect(listed).toMatchObject({ id, name: 'backup', scopes, lastUsedOn: accounts.parts.now() });
    expect(listed).not.toHaveProperty('digest');
  });

  it('end when they expire, and when they are revoked', async () => {
    const [short, long] = [await createToken({ lifeMs: MINUTE }), await createToken()];
    accounts.pass(MINUTE);
    await expect(byToken(short.token)).rejects.toMatchObject(UNAUTHENTICATED);
    await byToken(long.token);
    await new RevokeToken(accounts.parts).execute({ principal, address, id: long.id });
    await expect(byToken(long.token)).rejects.toMatchObject(UNAUTHENTICATED);
    await expect(new RevokeToken(accounts.parts).execute({ principal, address, id: long.id })).rejects.toMatchObject(
      accountError('NOT_FOUND'),
    );
  });

  it('have each of their lists once', async () => {
    const [{ id } = { id: '' }] = await new ListAccess(accounts.parts).readable(principal);
    expect(await createToken({ lists: [id, id] })).toMatchObject({ lists: [id] });
  });

  it('of another account are not found', async () => {
    const bobby = await accounts.principal((await accounts.signUp('bobby')).sessionToken);
    const { id } = await createToken({ by: bobby });
    await expect(new RevokeToken(accounts.parts).execute({ principal, address, id })).rejects.toMatchObject(
      accountError('NOT_FOUND'),
    );
  });

  it.each([
    ['no name', { name: ' ' }, { field: 'name', rule: 'empty' }],
    ['a long name', { name: 'x'.repeat(101) }, { field: 'name', rule: 'too-long', limit: 100 }],
    ['no scope', { scopes: [] }, { field: 'scopes', rule: 'empty' }],
    ['no time', { lifeMs: 0 }, { field: 'expiresAt', rule: 'in-the-past' }],
    ['more than a year', { lifeMs: 367 * DAY }, { field: 'expiresAt', rule: 'too-late', limit: 366 }],
  ])('are not created with %s', async (_what, fields, problem) => {
    await expect(createToken(fields)).rejects.toMatchObject(accountError('INVALID_INPUT', { problems: [problem] }));
  });

  it('are limited to 50 per account, not counting expired ones', async () => {
    for (let n = 0; n < MAX_TOKENS; n++) await createToken({ lifeMs: n === 0 ? SECOND : DAY });
    await expect(createToken()).rejects.toMatchObject(accountError('TOO_MANY_TOKENS'));
    accounts.pass(SECOND);
    await createToken();
  });

  it('are limited to 50 under concurrent creation', async () => {
    const create = new CreateToken(accounts.parts);
    const results = await Promise.allSettled(Array.from({ length: 56 }, () => createToken({ create })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(MAX_TOKENS);
    expect(await new ListTokens(accounts.parts).execute(principal)).toHaveLength(MAX_TOKENS);
  });

  it('are limited to 50 when several instances create them concurrently', async () => {
    for (let n = 1; n < MAX_TOKENS; n++) await createToken();
    // A separate queue each, like instances.
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => createToken()));
    const made = results.filter(({ status }) => status === 'fulfilled').length;
    expect(made).toBeLessThanOrEqual(1);
    const listed = await new ListTokens(accounts.parts).execute(principal);
    expect(listed).toHaveLength(MAX_TOKENS - 1 + made);
    if (made === 0) await createToken();
    await expect(createToken()).rejects.toMatchObject(accountError('TOO_MANY_TOKENS'));
  });
});

describe('the export', () => {
  it('contains the stored data, and no secret', async () => {
    await createToken();
    const { token } = await createToken();
    const exported = await new ExportAccount(accounts.parts).execute({ principal });
    expect(exported).toMatchObject({
      account: { id: principal.accountId, username: 'alice' },
      sessions: [{ id: principal.sessionId, isCurrent: true }],
      devices: [{}],
      tokens: [{ name: 'backup' }, { name: 'backup' }],
    });
    const digests = ['Hash', 'igest'];
    for (const secret of [token, alice.sessionToken, alice.recoveryCode, ...digests]) {
      expect(JSON.stringify(exported)).not.toContain(secret);
    }
  });
});

describe('deleting an account', () => {
  it('needs the password, and ends all sessions and tokens at once', async () => {
    const { token } = await createToken();
    const remove = (password: string) => new DeleteAccount(accounts.parts).execute({ principal, password, address });
    await expect(remove('wrong')).rejects.toMatchObject(accountError('WRONG_PASSWORD'));
    await byToken(token);
    await remove(PASSWORD);
    await expect(byToken(token)).rejects.toMatchObject(UNAUTHENTICATED);
    await expect(accounts.principal(alice.sessionToken)).rejects.toMatchObject(UNAUTHENTICATED);
    await expect(accounts.logIn('alice')).rejects.toMatchObject(accountError('WRONG_CREDENTIALS'));
    await expect(accounts.signUp('alice')).rejects.toMatchObject(accountError('USERNAME_TAKEN'));
  });
});

describe('an operator', () => {
  const admin = () => new Administration(accounts.parts);

  it('disables an account with its sessions and tokens, and enables it', async () => {
    const { token } = await createToken();
    await admin().disable('ALICE');
    await expect(accounts.principal(alice.sessionToken)).rejects.toMatchObject(UNAUTHENTICATED);
    await expect(byToken(token)).rejects.toMatchObject(UNAUTHENTICATED);
    await admin().enable('alice');
    await expect(accounts.principal(alice.sessionToken)).rejects.toMatchObject(UNAUTHENTICATED);
    await accounts.logIn('alice');
  });

  it('creates an account whose user sets the password, also while sign-up is closed', async () => {
    const { recoveryCode } = await admin().create('Carol');
    await expect(accounts.logIn('carol', '')).rejects.toMatchObject(accountError('WRONG_CREDENTIALS'));
    await new Recover(accounts.parts).execute({
      username: 'carol',
      recoveryCode,
      newPassword: NEW_PASSWORD,
      ...ORIGIN,
    });
    await accounts.logIn('carol', NEW_PASSWORD);
    await expect(admin().create('CAROL')).rejects.toMatchObject(accountError('USERNAME_TAKEN'));
    await expect(admin().create('x')).rejects.toMatchObject(accountError('INVALID_INPUT'));
  });

  it('resets a password: the old one, sessions and tokens end, the code works once', async () => {
    const { recoveryCode } = await admin().resetPassword('alice');
    await expect(accounts.principal(alice.sessionToken)).rejects.toMatchObject(UNAUTHENTICATED);
    await expect(accounts.logIn('alice')).rejects.toMatchObject(accountError('WRONG_CREDENTIALS'));
    const recover = (code: string) =>
      new Recover(accounts.parts).execute({
        username: 'alice',
        recoveryCode: code,
        newPassword: NEW_PASSWORD,
        ...ORIGIN,
      });
    await expect(recover(alice.recoveryCode)).rejects.toMatchObject(accountError('WRONG_CREDENTIALS'));
    await recover(recoveryCode);
    await expect(recover(recoveryCode)).rejects.toMatchObject(accountError('WRONG_CREDENTIALS'));
  });

  it('ends sessions, and tokens only on request', async () => {
    const { token } = await createToken();
    await admin().endSessions('alice', { tokens: false });
    await expect(accounts.principal(alice.sessionToken)).rejects.toMatchObject(UNAUTHENTICATED);
    await byToken(token);
    await admin().endSessions('alice', { tokens: true });
    await expect(byToken(token)).rejects.toMatchObject(UNAUTHENTICATED);
    await accounts.logIn('alice');
  });

  it('deletes an account, and does not find it or unknown ones afterwards', async () => {
    await admin().delete('alice');
    for (const name of ['alice', 'nobody']) {
      await expect(admin().disable(name)).rejects.toMatchObject(accountError('NOT_FOUND'));
    }
  });

  it('lists accounts page by page', async () => {
    await accounts.signUp('bobby');
    const [first] = await admin().list(1);
    const rest = await admin().list(10, first?.id);
    expect([first, ...rest].map((account) => account?.username).sort()).toEqual(['alice', 'bobby']);
  });
});
