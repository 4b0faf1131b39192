import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { violations } from '@tasks/testing/axe';
import {
  BrowserStage,
  chooseOfAccount,
  chooseOfList,
  eventually,
  openMenuOfList,
  PASSWORD,
} from '../support/browser.js';
import { RealAccount } from '../support/real-account.js';
import { RealGateway } from '../support/real-gateway.js';

describeInBrowser('sharing a list', () => {
  const stage = BrowserStage.use();
  const gateway = new RealGateway();

  beforeAll(() => gateway.start());
  afterAll(() => gateway.stop());

  const open = async (account: RealAccount, path: string): Promise<Page> => account.open(await stage.context(), path);
  const visit = async (path: string): Promise<Page> => {
    const page = await (await stage.context()).newPage();
    await page.goto(gateway.origin + path);
    return page;
  };
  const accounts = async (): Promise<[RealAccount, RealAccount]> => [
    await RealAccount.create(gateway.origin),
    await RealAccount.create(gateway.origin),
  ];
  const invite = async (owner: RealAccount, list: string, role = 'editor'): Promise<string> => {
    const { secret } = await owner.send<{ secret: string }>('POST', `/lists/${list}/invitations`, { role });
    return `/join#${secret}`;
  };
  const keptSecret = (page: Page): Promise<string | null> =>
    page.evaluate(() => sessionStorage.getItem('tasks-invitation'));
  const join = async (page: Page, name: string): Promise<void> => {
    await page.getByRole('button', { name: 'Show the invitation' }).click();
    await page.getByLabel('Your name for the others').fill(name);
    await page.getByRole('button', { name: 'Join list' }).click();
  };

  it('lets somebody without an account sign up and join by a link', async () => {
    const owner = await RealAccount.create(gateway.origin);
    const id = await owner.addList('Household', 'Buy milk');
    const inviting = await open(owner, `/lists/${id}`);
    await chooseOfList(inviting, 'Household', 'Share');
    await inviting.getByRole('combobox', { name: 'Role', exact: true }).selectOption('editor');
    await inviting.getByRole('button', { name: 'Create link' }).click();
    const address = await inviting.getByLabel('Invitation link').inputValue();
    const [, secret = ''] = address.split('#');

    const page = await visit(address.slice(gateway.origin.length));
    await page.getByRole('heading', { name: 'You’re invited to a list' }).waitFor();
    await eventually(() => {
      expect(page.url()).toBe(`${gateway.origin}/join`);
    });
    await page.getByRole('link', { name: 'Create an account' }).click();
    expect(page.url()).not.toContain(secret);
    await page.getByLabel('User name').fill('newcomer');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Create an account' }).click();
    await page.getByRole('button', { name: 'I have saved it' }).click();
    await page.getByRole('heading', { name: 'You’re invited to a list' }).waitFor();
    await join(page, 'Nadja');
    await page.waitForURL(`${gateway.origin}/lists/${id}`);
    await page.getByText('You joined “Household”.').waitFor();
    await page.getByText('Buy milk').waitFor();
    expect(await keptSecret(page)).toBeNull();

    await inviting.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await chooseOfList(inviting, 'Household', 'Share');
    const nadja = inviting.getByRole('listitem').filter({ hasText: 'Nadja' });
    await nadja.getByLabel('Role of Nadja').selectOption('viewer');
    await page.locator('.list-entry', { hasText: 'Household' }).waitFor();
    await eventually(async () => {
      const [, shared] = (await owner.send<{ items: { role: string }[] }>('GET', `/lists/${id}/members`)).items;
      expect(shared?.role).toBe('viewer');
    });
    await nadja.getByRole('button', { name: 'Remove Nadja' }).click();
    await inviting.getByText('Nadja can’t open the list any more.').waitFor();
    await page.getByText('You no longer have the list “Household”.').waitFor();
  });

  it('joins after a log-in, and asks for nothing before a click', async () => {
    const [owner, member] = await accounts();
    const id = await owner.addList('Choir');
    const page = await visit(await invite(owner, id, 'viewer'));
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.getByRole('link', { name: 'Log in' }).click();
    await page.getByLabel('User name').fill(member.username);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    const show = page.getByRole('button', { name: 'Show the invitation' });
    await show.waitFor();
    expect(asked.filter((path) => path.includes('invitations'))).toEqual([]);
    expect(await violations(page)).toEqual([]);
    await show.click();
    await page.getByText('“Choir”: you can read it.').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Join list' }).click();
    await page.getByText('Please fill in this field.').waitFor();
    await page.getByLabel('Your name for the others').fill('Alto');
    await page.getByRole('button', { name: 'Join list' }).click();
    await page.waitForURL(`${gateway.origin}/lists/${id}`);
  });

  it('offers a viewer nothing but reading', async () => {
    const [owner, viewer] = await accounts();
    const id = await owner.addList('Rota', 'Mondays');
    await owner.share(id, viewer, 'viewer');
    const page = await open(viewer, `/lists/${id}`);
    await page.getByText('Mondays').waitFor();
    await openMenuOfList(page, 'Rota');
    expect(await page.getByRole('menuitem').allTextContents()).toEqual([
      'Color',
      'Move up',
      'Members',
      'Export',
      'Leave list',
    ]);
    await page.getByRole('menuitem', { name: 'Members' }).click();
    await page.getByText('Can view', { exact: true }).waitFor();
    const dialog = page.getByRole('dialog');
    for (const role of ['combobox', 'radio'] as const) expect(await dialog.getByRole(role).count()).toBe(0);
    expect(await dialog.getByRole('button', { name: /Remove|Create link|Revoke/ }).count()).toBe(0);
  });

  it('leaves a list after a question', async () => {
    const [owner, member] = await accounts();
    const id = await owner.addList('Club');
    await owner.share(id, member, 'editor');
    const page = await open(member, `/lists/${id}`);
    await chooseOfList(page, 'Club', 'Leave list');
    await page.getByRole('dialog', { name: 'Leave “Club”?' }).getByRole('button', { name: 'Leave list' }).click();
    await page.locator('.list-entry', { hasText: 'Club' }).waitFor({ state: 'detached' });
    await page.waitForURL((url) => !url.pathname.includes(id));
    expect(await page.getByText('You no longer have').count()).toBe(0);
    await eventually(async () => {
      expect(await owner.send('GET', `/lists/${id}`)).toMatchObject({ members: 1 });
    });
  });

  it('says that an invitation does not work any more', async () => {
    const [owner, member] = await accounts();
    const id = await owner.addList('Party');
    const path = await invite(owner, id);
    const inviting = await open(owner, `/lists/${id}`);
    await chooseOfList(inviting, 'Party', 'Share');
    await inviting.getByRole('button', { name: /^Revoke: Can edit, until/ }).click();
    await inviting.getByRole('button', { name: /^Revoke/ }).waitFor({ state: 'detached' });
    const page = await open(member, path);
    await page.getByRole('button', { name: 'Show the invitation' }).click();
    await page.getByRole('heading', { name: 'This invitation doesn’t work' }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await keptSecret(page)).toBeNull();
    await page.getByRole('link', { name: 'Back to tasks' }).click();
    await page.locator('.list-entry').first().waitFor();
  });

  it('forgets an invitation that is not wanted now', async () => {
    const [owner, member] = await accounts();
    const page = await open(member, await invite(owner, await owner.addList('Later')));
    await page.getByRole('button', { name: 'Not now' }).click();
    await page.locator('.list-entry').first().waitFor();
    expect(await keptSecret(page)).toBeNull();
  });

  it('keeps a list without its owner readable, and says until when', async () => {
    const [owner, member] = await accounts();
    const id = await owner.addList('Legacy', 'Still here');
    await owner.share(id, member, 'editor');
    // The gateway finds the lists of deleted accounts within 30 s.
    const context = await stage.context();
    await member.logIn(context);
    await context.route('**/api/v1/lists?*', async (route) => {
      const response = await route.fetch();
      const { items } = (await response.json()) as { items: { id: string }[] };
      const endsOn = new Date(Date.now() + 7 * 86_400_000).toISOString();
      await route.fulfill({ json: { items: items.map((one) => (one.id === id ? { ...one, endsOn } : one)) } });
    });
    const page = await context.newPage();
    await page.goto(`${gateway.origin}/lists/${id}`);
    await page.getByText('Still here').waitFor();
    await openMenuOfList(page, 'Legacy');
    expect(await page.getByRole('menuitem').allTextContents()).toEqual([
      'Color',
      'Move up',
      'Members',
      'Export',
      'Leave list',
    ]);
    await page.keyboard.press('Escape');
    await chooseOfList(page, 'Legacy', 'Members');
    await page.getByText(/You can read and export the list until/).waitFor();
  });

  it('names the shared lists that end with an account', async () => {
    const [owner, member] = await accounts();
    await owner.share(await owner.addList('Ours'), member, 'editor');
    const page = await open(owner, '/all');
    await chooseOfAccount(page, 'Settings');
    await page.getByRole('button', { name: 'Delete my account' }).click();
    await page.getByText('Shared lists that end: Ours.').waitFor();
  });

  it('makes a token of chosen lists', async () => {
    const owner = await RealAccount.create(gateway.origin);
    const id = await owner.addList('Open');
    await owner.addList('Closed');
    const page = await open(owner, '/settings');
    await page.getByLabel('Name', { exact: true }).fill('script');
    await page.getByRole('combobox', { name: 'Lists' }).selectOption('some');
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.getByText('Choose at least one list.').waitFor();
    await page.getByRole('checkbox', { name: 'Open', exact: true }).check();
    await page.getByRole('button', { name: 'Create token' }).click();
    const token = (await page.getByRole('dialog').locator('.secret').textContent()) ?? '';
    const answer = await fetch(`${gateway.origin}/api/v1/lists`, { headers: { authorization: `Bearer ${token}` } });
    expect(await answer.json()).toMatchObject({ items: [{ id }] });
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByText('Lists: Open').waitFor();
  });
});
