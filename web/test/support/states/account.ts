import { addTask, fail, type States } from '../scene.js';

/** Settings of the account, and the end of a session. */
export const ACCOUNT_STATES: States = {
  'recovery code': async (scene) => {
    const page = await scene.settings();
    await page.locator('.section-body > .button').first().click();
    await page.locator('.code-card .secret').waitFor();
  },
  'recovery code, not confirmed': async (scene) => {
    const account = scene.account();
    const page = await scene.open(account, '/', { unconfirmedCode: account.id });
    await page.locator('.code-card').waitFor();
  },
  settings: (scene) => scene.settings(),
  'settings with tokens, keys and devices': async (scene) => {
    const account = scene.account();
    const expiresAt = '2027-03-01T10:00:00Z';
    const token = {
      scopes: ['tasks:read'],
      lists: [account.first.id],
      createdOn: '2026-11-01T10:00:00Z',
      expiresAt,
    };
    account.tokens.push(Object.assign(token, { id: '0'.repeat(32), name: 'Home Assistant', lastFour: '9f3c' }));
    scene.stage.gateway.store.addSession(account, 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/605');
    const page = await scene.settings(account);
    await page.locator('#tokens').scrollIntoViewIfNeeded();
  },
  'new access token': async (scene) => {
    const page = await scene.settings();
    await page.locator('.token-form input').first().fill('Home Assistant');
    await page.locator('#tokens .button.primary').click();
    await page.locator('dialog .secret').waitFor();
  },
  'password asked for': async (scene) => {
    const account = scene.account();
    const page = await scene.settings(account);
    for (const session of scene.stage.gateway.store.sessions.values())
      if (session.account === account) session.confirmedAt = 0;
    await page.locator('.section-body > .button').first().click();
    await page.locator('dialog input[type=password]').waitFor();
  },
  'delete account': async (scene) => {
    const page = await scene.settings();
    await page.locator('.danger-quiet').click();
    await page.locator('dialog input[type=password]').waitFor();
  },
  'session ended': async (scene) => {
    const account = scene.account();
    const page = await scene.list(account);
    const { store } = scene.stage.gateway;
    for (const session of store.sessions.values())
      if (session.account === account) scene.stage.gateway.endSession(session);
    await page.locator('dialog input[type=password]').waitFor();
  },
  'unsaved changes at log-out': async (scene) => {
    const page = await scene.lists();
    if (scene.isPhone) await page.locator('.drawer-close').click();
    fail(scene, 'POST', '/tasks', 503, 'unavailable');
    await addTask(page, 'Unsaved');
    await page.locator('.banner').waitFor();
    if (scene.isPhone) await page.locator('.drawer-button').click();
    await page.locator('.account-button').click();
    await page.getByRole('menuitem').nth(1).click();
    await page.locator('dialog .button.danger').waitFor();
  },
};
