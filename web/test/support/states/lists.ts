import { answer, openMenu, type States } from '../scene.js';

/** Places of commands in the menu of the second of three lists. */
const COMMANDS = { color: 1, import: 5, export: 6 };

/** Lists in the side bar, and their dialogs. */
export const LIST_STATES: States = {
  'side bar': (scene) => scene.lists(),
  'new list': async (scene) => {
    const page = await scene.lists();
    await page.locator('#new-list').click();
    await page.locator('.side-field').fill('Weihnachtsgeschenke für alle');
  },
  'list being renamed': async (scene) => {
    const page = await scene.list();
    await openMenu(page, page.locator('.list-head-menu .list-actions'));
    await page.getByRole('menuitem').first().click();
    await page.locator('.list-head .side-field').waitFor();
  },
  'menu of a list': async (scene) => {
    const page = await scene.lists();
    const entry = page.locator('.list-entry').nth(1);
    await entry.hover();
    await openMenu(page, entry.locator('.list-actions'));
  },
  color: (scene) => scene.chooseOfList(COMMANDS.color),
  sharing: (scene) => scene.sharing(),
  import: async (scene) => {
    const rejected = [
      { line: 3, code: 'name-empty', reason: '' },
      { line: 7, code: 'invalid', field: 'dueOn', reason: '' },
    ];
    const page = await scene.chooseOfList(COMMANDS.import);
    await answer(page, '**/import?dryRun=true', { added: 12, present: 1, rejected });
    await page
      .locator('dialog input[type=file]')
      .setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('') });
    await page.locator('dialog summary').click();
  },
  export: (scene) => scene.chooseOfList(COMMANDS.export),
  'menu of the account': async (scene) => {
    const page = await scene.lists();
    await openMenu(page, page.locator('.account-button'));
  },
  'list deleted, with undo': async (scene) => {
    const account = scene.account();
    const list = scene.stage.gateway.store.listsOf(account)[1];
    const page = await scene.list(account, list);
    await openMenu(page, page.locator('.list-head-menu .list-actions'));
    await page.getByRole('menuitem').last().click();
    await page.locator('.notice-action').waitFor();
  },
  'list of somebody else, only to read': async (scene) => {
    const account = scene.account();
    const viewer = scene.stage.account();
    scene.stage.gateway.store.addMember(account.first, viewer, 'viewer', 'Vera');
    const page = await scene.list(viewer, account.first);
    await page.locator('.view-only').waitFor();
  },
  'leaving a list': async (scene) => {
    const account = scene.account();
    const member = scene.stage.account();
    scene.stage.gateway.store.addMember(account.first, member, 'editor', 'Vera');
    const page = await scene.list(member, account.first);
    await openMenu(page, page.locator('.list-head-menu .list-actions'));
    await page.getByRole('menuitem').last().click();
    await page.locator('dialog .button.danger').waitFor();
  },
  'list that was lost': async (scene) => {
    const page = await scene.tasks(scene.account(), `/lists/${'0'.repeat(32)}`);
    await page.locator('.notice.problem').waitFor();
  },
};
