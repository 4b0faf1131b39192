import { addTask, fail, type States } from '../scene.js';

/** What the list of tasks shows. */
export const TASK_STATES: States = {
  loading: async (scene) => {
    scene.stage.gateway.answers.hold('GET /session');
    const page = await scene.visit('/', { hasAccount: true });
    await page.locator('.skeleton').waitFor({ state: 'attached' });
  },
  'empty inbox': (scene) => scene.message(scene.stage.account(), '/'),
  'empty Today': (scene) => scene.message(scene.stage.account(), '/today'),
  'empty Upcoming': (scene) => scene.message(scene.stage.account(), '/upcoming'),
  'empty Starred': (scene) => scene.message(scene.stage.account(), '/starred'),
  'search without a hit': (scene) => scene.message(scene.account(), '/?q=zzz'),
  'all done': async (scene) => {
    const account = scene.stage.account();
    scene.fill(account.first, [{ name: 'Buy milk', done: true }]);
    return scene.message(account, `/lists/${account.first.id}`);
  },
  'not loaded': async (scene) => {
    fail(scene, 'GET', '/tasks', 503, 'unavailable');
    const account = scene.stage.account();
    return scene.message(account, `/lists/${account.first.id}`, '.message[role=alert]');
  },
  list: (scene) => scene.list(),
  'done tasks unfolded': async (scene) => {
    const page = await scene.list();
    await page.locator('.fold').click();
    await page.locator('.done .task').waitFor();
  },
  Today: (scene) => scene.tasks(scene.account(), '/today'),
  Upcoming: (scene) => scene.tasks(scene.account(), '/upcoming'),
  Starred: (scene) => scene.tasks(scene.account(), '/starred'),
  All: (scene) => scene.tasks(scene.account(), '/all'),
  'search with hits': (scene) => scene.tasks(scene.account(), '/?q=the'),
  offline: async (scene) => {
    const page = await scene.list();
    await page.route('**/api/**', (route) => route.abort());
    await page.evaluate(() => dispatchEvent(new Event('offline')));
    await addTask(page, 'Not sent');
    await page.locator('.banner').waitFor();
    await page.locator('.unsaved').waitFor({ state: 'attached' });
  },
  'server busy': async (scene) => {
    const page = await scene.list();
    fail(scene, 'POST', '/tasks', 503, 'unavailable');
    await addTask(page, 'Not sent');
    await page.locator('.banner').waitFor();
  },
};
