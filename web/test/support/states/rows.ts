import type { Page } from 'playwright-core';
import { addTask, fail, openMenu, paste, type States } from '../scene.js';

/** States of rows, and of the field for new tasks. */
export const ROW_STATES: States = {
  'row with the focus': async (scene) => {
    const page = await scene.list();
    await page.locator('.check').nth(1).focus();
    await page.keyboard.press('ArrowDown');
  },
  'row being renamed': async (scene) => {
    const page = await scene.list();
    await page.locator('.check').first().focus();
    await page.keyboard.press('F2');
    await page.locator('.rename').waitFor();
  },
  'menu of a row': async (scene) => {
    const page = await scene.list();
    // A phone has its commands in the details, and those on a selection.
    if (scene.isPhone) return select(page);
    await page.locator('.task').nth(1).hover();
    await openMenu(page, page.locator('.task .more').nth(1));
  },
  'rows selected': async (scene) => select(await scene.list()),
  'date of the selection': async (scene) => {
    const page = await select(await scene.list());
    await page.locator('.selection [aria-haspopup=dialog]').click();
    await page.getByRole('grid').waitFor();
  },
  'list of the selection': async (scene) => {
    const page = await select(await scene.list());
    await openMenu(page, page.locator('.selection [aria-haspopup=menu]'));
  },
  'menu of the order': async (scene) => {
    const page = await scene.list();
    await openMenu(page, page.locator('.list-head-menu > :not(.list-actions)'));
  },
  'message with undo': async (scene) => {
    const page = await scene.list();
    await page.locator('.check').nth(2).focus();
    await page.keyboard.press('Delete');
    await page.locator('.notice-action').waitFor();
  },
  'message about a problem': async (scene) => {
    const page = await scene.list();
    fail(scene, 'POST', '/tasks', 422, 'invalid');
    await addTask(page, 'Rejected');
    await page.locator('.notice.problem').waitFor();
  },
  'quick add': async (scene) => {
    const page = await scene.list();
    await page
      .locator('#new-task')
      .fill(scene.language === 'de' ? 'Oma anrufen jeden Montag um 9 Uhr !' : 'Buy 2 may flowers every monday at 9 !');
    await page.locator('.chip').nth(1).waitFor();
  },
  'lists after #': async (scene) => {
    const page = await scene.list();
    await page.locator('#new-task').fill('Paint the door ');
    await page.locator('#new-task').press('#');
    await page.getByRole('option').first().waitFor();
  },
  'paste of several lines': async (scene) => {
    const page = await scene.list();
    await paste(page, '- [ ] Brot kaufen 📅 2026-12-04\n- [ ] Milch\n- [x] Eier');
    await page.locator('.paste-offer').waitFor();
  },
  'paste being stored': async (scene) => {
    const page = await scene.list();
    scene.stage.gateway.answers.hold('POST /batch');
    await paste(page, Array.from({ length: 140 }, (_, place) => `Line ${String(place + 1)}`).join('\n'));
    await page.locator('.paste-offer .primary').click();
    await page.locator('.progress').waitFor();
  },
  'help about keys': async (scene) => {
    const page = await scene.list();
    await page.locator('.check').first().focus();
    await page.keyboard.press('?');
    await page.locator('dialog .shortcuts').waitFor();
  },
};

async function select(page: Page): Promise<Page> {
  await page.locator('.check').first().focus();
  await page.keyboard.press('Shift+ArrowDown');
  await page.locator('.selection').waitFor();
  return page;
}
