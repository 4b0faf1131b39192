import type { Page } from 'playwright-core';
import { PASSWORD } from '../browser.js';
import { answer, fail, type Scene, type States } from '../scene.js';

/** States of log-in, sign-up and recovery, of invitations, and of a page that is not there. */
export const ENTRY_STATES: States = {
  'first visit': (scene) => scene.entry('/'),
  'log in': (scene) => scene.entry('/', { hasAccount: true }),
  'log in, empty': async (scene) => {
    const page = await scene.entry('/login');
    await page.locator('.button.primary').click();
    await page.locator('.field-error').first().waitFor();
  },
  'log in, wrong password': async (scene) => {
    const page = await scene.entry('/login');
    await fillEntry(page, 'nobody', PASSWORD);
    await page.locator('.field-error').waitFor();
  },
  'log in, too often': async (scene) => {
    fail(scene, 'POST', '/session', 429, 'too-many-requests');
    const page = await scene.entry('/login');
    await fillEntry(page, 'nobody', PASSWORD);
    await page.locator('.form-error').waitFor();
  },
  'sign up with a suggestion': async (scene) => {
    const page = await scene.entry('/sign-up');
    await page.locator('.text-button').click();
    await page.locator('.suggestion').waitFor();
  },
  'sign up, rejected': async (scene) => {
    const page = await scene.entry('/sign-up');
    await fillEntry(page, 'newcomer', 'short');
    await page.locator('.field-error').waitFor();
  },
  'sign-up closed': async (scene) => {
    scene.stage.gateway.isSignUpOpen = false;
    const page = await scene.visit('/sign-up');
    await page.locator('.card > a').waitFor();
  },
  recovery: (scene) => scene.entry('/recovery'),
  'invitation without a log-in': async (scene) => {
    const page = await scene.visit('/join#0123456789abcdef');
    await page.locator('.card .button').first().waitFor();
  },
  invitation: (scene) => invitation(scene),
  'invitation, opened': async (scene) => {
    const page = await invitation(scene);
    await answer(page, '**/invitations/lookup', { list: { name: 'Umzug nach Leipzig' }, role: 'editor' });
    await page.locator('.button.primary').click();
    await page.locator('.card input').waitFor();
  },
  'invitation that does not work': async (scene) => {
    const page = await invitation(scene);
    await page.locator('.button.primary').click();
    await page.locator('.card form').waitFor({ state: 'detached' });
  },
  'unknown page': async (scene) => {
    const page = await scene.visit('/nowhere');
    await page.locator('.message').waitFor();
  },
  'server away': async (scene) => {
    fail(scene, 'GET', '/session', 502, 'tasks-failed');
    const page = await scene.visit('/', { hasAccount: true });
    await page.locator('main .message').waitFor();
  },
};

async function invitation(scene: Scene): Promise<Page> {
  const page = await scene.open(scene.account(), '/join#0123456789abcdef');
  await page.locator('.card form').waitFor();
  return page;
}

async function fillEntry(page: Page, username: string, password: string): Promise<void> {
  await page.locator('input[name=username]').fill(username);
  await page.locator('input[name=password]').fill(password);
  await page.keyboard.press('Enter');
}
