import { answer, fail, openMenu, type Reach } from './scene.js';

/** The states of lists, their dialogs and the details. */
export const PAGE_STATES: Readonly<Record<'lists' | 'details', Readonly<Record<string, Reach>>>> = {
  lists: {
    'side bar': (scene) => scene.lists(),
    'new list': async (scene) => {
      const page = await scene.lists();
      await page.locator('#new-list').click();
      await page.locator('.side-field').fill('Weihnachtsgeschenke für alle');
      return page;
    },
    'list being renamed': async (scene) => {
      const page = await scene.list();
      await openMenu(page, page.locator('.list-head-menu .list-actions'));
      await page.getByRole('menuitem').first().click();
      await page.locator('.list-head .side-field').waitFor();
      return page;
    },
    'menu of a list': async (scene) => {
      const page = await scene.lists();
      const entry = page.locator('.list-entry').nth(1);
      await entry.hover();
      await openMenu(page, entry.locator('.list-actions'));
      return page;
    },
    color: (scene) => scene.chooseOfList(COMMANDS.color),
    sharing: async (scene) => {
      const account = scene.account();
      const list = scene.stage.gateway.store.listsOf(account)[1];
      const page = await scene.lists(account);
      const items = [
        { id: 'a', name: 'Maria', role: 'owner', isSelf: true },
        { id: 'b', name: 'Jonas Weber-Schmidtbauer', role: 'editor', isSelf: false },
        { id: 'c', name: 'Nadja', role: 'viewer', isSelf: false },
      ];
      const invitation = {
        id: 'd',
        role: 'editor',
        expiresAt: '2026-12-08T10:00:00Z',
        uses: 1,
        secret: '0123456789abcdef',
      };
      await answer(page, `**/lists/${list?.id ?? ''}/members`, { items });
      await answer(page, `**/lists/${list?.id ?? ''}/invitations`, { ...invitation, items: [invitation] });
      const entry = page.locator('.list-entry').nth(1);
      await entry.hover();
      await entry.locator('.list-actions').click();
      await page.getByRole('menuitem').nth(COMMANDS.share).click();
      await page.locator('.members li').nth(2).waitFor();
      await page.locator('dialog .button.primary').click();
      await page.locator('.invite-link').waitFor();
      return page;
    },
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
      return page;
    },
    export: (scene) => scene.chooseOfList(COMMANDS.export),
    'menu of the account': async (scene) => {
      const page = await scene.lists();
      await openMenu(page, page.locator('.account-button'));
      return page;
    },
    'list deleted, with undo': async (scene) => {
      const account = scene.account();
      const list = scene.stage.gateway.store.listsOf(account)[1];
      const page = await scene.list(account, list);
      await openMenu(page, page.locator('.list-head-menu .list-actions'));
      await page.getByRole('menuitem').last().click();
      await page.locator('.notice-action').waitFor();
      return page;
    },
    'list of somebody else, only to read': async (scene) => {
      const account = scene.account();
      const viewer = scene.stage.account();
      scene.stage.gateway.store.addMember(account.first, viewer, 'viewer', 'Vera');
      const page = await scene.open(viewer, `/lists/${account.first.id}`);
      await page.locator('.view-only').waitFor();
      await page.locator('.task').first().waitFor();
      return page;
    },
    'leaving a list': async (scene) => {
      const account = scene.account();
      const member = scene.stage.account();
      scene.stage.gateway.store.addMember(account.first, member, 'editor', 'Vera');
      const page = await scene.list(member, account.first);
      await openMenu(page, page.locator('.list-head-menu .list-actions'));
      await page.getByRole('menuitem').last().click();
      await page.locator('dialog .button.danger').waitFor();
      return page;
    },
    'list that was lost': async (scene) => {
      const page = await scene.open(scene.account(), `/lists/${'0'.repeat(32)}`);
      await page.locator('.notice.problem').waitFor();
      return page;
    },
  },
  details: {
    details: (scene) => scene.details(),
    'details of a new task': async (scene) => {
      const account = scene.stage.account('Call grandma');
      return scene.details(account);
    },
    'details, only to read': async (scene) => {
      const account = scene.account();
      const viewer = scene.stage.account();
      scene.stage.gateway.store.addMember(account.first, viewer, 'viewer', 'Vera');
      const page = await scene.open(viewer, `/lists/${account.first.id}`);
      await page.locator('.name').first().click();
      await page.locator('.details .step').first().waitFor();
      return page;
    },
    date: async (scene) => {
      const page = await scene.details();
      await page.locator('.detail-button').first().click();
      await page.getByRole('grid').waitFor();
      return page;
    },
    repeat: async (scene) => {
      const page = await scene.details();
      await page.locator('.detail-button').nth(1).click();
      await page.locator('.repeat-rules').waitFor();
      return page;
    },
    'rule of a repeat': async (scene) => {
      const page = await scene.details();
      await page.locator('.detail-button').nth(1).click();
      await page.locator('.repeat-rules button').last().click();
      await page.locator('.rule-form').waitFor();
      return page;
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
      return page;
    },
    'note being read': async (scene) => {
      const account = scene.account();
      const page = await scene.list(account);
      scene.stage.gateway.answers.hold('GET /tasks/');
      await page.locator('.name').first().click();
      await page.locator('.details-hint').waitFor();
      return page;
    },
    'note not read': async (scene) => {
      const page = await scene.list();
      fail(scene, 'GET', '/tasks/', 503, 'unavailable');
      await page.locator('.name').first().click();
      await page.locator('.details [role=alert]').waitFor();
      return page;
    },
    'task that is gone': async (scene) => {
      const account = scene.account();
      const page = await scene.open(account, `/lists/${account.first.id}/tasks/${'0'.repeat(24)}`);
      await page.locator('.details .message').waitFor();
      return page;
    },
  },
};

/** Places of commands in the menu of the second of three lists. */
const COMMANDS = { color: 1, share: 4, import: 5, export: 6 };
