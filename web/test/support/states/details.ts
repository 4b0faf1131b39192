import { fail, type States } from '../scene.js';

/** The details of a task. */
export const DETAIL_STATES: States = {
  details: (scene) => scene.details(),
  'details of a new task': async (scene) => {
    const account = scene.stage.account('Call grandma');
    return scene.details(account);
  },
  'details, only to read': async (scene) => {
    const account = scene.account();
    const viewer = scene.stage.account();
    scene.stage.gateway.store.addMember(account.first, viewer, 'viewer', 'Vera');
    const page = await scene.list(viewer, account.first);
    await page.locator('.name').first().click();
    await page.locator('.details .step').first().waitFor();
  },
  date: async (scene) => {
    const page = await scene.details();
    await page.locator('.detail-button').first().click();
    await page.getByRole('grid').waitFor();
  },
  repeat: async (scene) => {
    const page = await scene.details();
    await page.locator('.detail-button').nth(1).click();
    await page.locator('.repeat-rules').waitFor();
  },
  'rule of a repeat': async (scene) => {
    const page = await scene.details();
    await page.locator('.detail-button').nth(1).click();
    await page.locator('.repeat-rules button').last().click();
    await page.locator('.rule-form').waitFor();
  },
  'note changed on two devices': async (scene) => {
    const account = scene.account();
    const page = await scene.details(account);
    const task = [...account.tasks.values()].find(({ note }) => note?.includes('Photo') === true);
    await page.locator('.details .note').waitFor();
    if (task) Object.assign(task, { note: 'Theirs', changedOn: new Date().toISOString() });
    await page.locator('.details .note').fill('Mine: bring two photos, 35 × 45 mm');
    await page.locator('.details .note').blur();
    await page.locator('.conflict').waitFor();
  },
  'note being read': async (scene) => {
    const account = scene.account();
    const page = await scene.list(account);
    scene.stage.gateway.answers.hold('GET /tasks/');
    await page.locator('.name').first().click();
    await page.locator('.details-hint').waitFor();
  },
  'note not read': async (scene) => {
    const page = await scene.list();
    fail(scene, 'GET', '/tasks/', 503, 'unavailable');
    await page.locator('.name').first().click();
    await page.locator('.details [role=alert]').waitFor();
  },
  'task that is gone': async (scene) => {
    const account = scene.account();
    const page = await scene.tasks(account, `/lists/${account.first.id}/tasks/${'0'.repeat(24)}`);
    await page.locator('.details .message').waitFor();
  },
};
