import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { violations } from '../support/axe.js';
import { BrowserStage, chooseOfList, linkOfList } from '../support/browser.js';
import { RealAccount } from '../support/real-account.js';
import { RealGateway } from '../support/real-gateway.js';

const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true } as const;

describeInBrowser('accessibility of lists and sharing', () => {
  const stage = BrowserStage.use();
  const gateway = new RealGateway();

  beforeAll(() => gateway.start());
  afterAll(() => gateway.stop());

  const open = async (
    account: RealAccount,
    { path, ...options }: BrowserContextOptions & { path?: string } = {},
  ): Promise<Page> => account.open(await stage.context(options), path);

  const states: Record<string, (page: Page) => Promise<unknown>> = {
    'side bar': (page) => linkOfList(page, 'Home').waitFor(),
    'a new list': async (page) => {
      await page.getByRole('button', { name: 'New list' }).click();
      await page.locator('.side-field:focus').waitFor();
    },
    menu: async (page) => {
      await linkOfList(page, 'Home').hover();
      await page.getByRole('button', { name: 'Actions for “Home”' }).click();
      await page.getByRole('menu').waitFor();
    },
    colors: async (page) => {
      await chooseOfList(page, 'Home', 'Color');
      await page.getByRole('radio').first().waitFor({ state: 'attached' });
    },
    sharing: async (page) => {
      await chooseOfList(page, 'Home', 'Share');
      await page.getByRole('button', { name: 'Create link' }).click();
      await page.getByLabel('Invitation link').waitFor();
      await page.getByRole('button', { name: /^Revoke/ }).waitFor();
    },
    import: async (page) => {
      await chooseOfList(page, 'Home', 'Import');
      await page.getByLabel('File').setInputFiles({
        name: 'a.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('TYPE,CONTENT\ntask,Buy milk\ntask,\n'),
      });
      await page.getByText('1 task will be added.').waitFor();
    },
    export: async (page) => {
      await chooseOfList(page, 'Home', 'Export');
      await page.getByLabel('Format').waitFor();
    },
    'account menu': async (page) => {
      await page.getByRole('button', { name: /^Account / }).click();
      await page.getByRole('menu').waitFor();
    },
  };
  it.each(Object.keys(states))('has no fault in "%s": light, dark and forced colors', async (state) => {
    const account = await RealAccount.create(gateway.origin);
    const id = await account.addList('Home', 'Paint the door');
    await account.send('PATCH', `/lists/${id}`, { color: 'yellow' });
    await account.send('POST', `/lists/${id}/tasks`, { name: 'Late', dueOn: '2020-01-01' });
    const page = await open(account, { path: `/lists/${id}` });
    await states[state]?.(page);
    for (const media of [
      { colorScheme: 'light' },
      { colorScheme: 'dark' },
      { colorScheme: 'light', forcedColors: 'active' },
    ] as const) {
      await page.emulateMedia(media);
      expect([media, ...(await violations(page))]).toEqual([media]);
    }
  });

  it('has no fault in the drawer of a phone, whose targets are 44 px', async () => {
    const account = await RealAccount.create(gateway.origin);
    await account.addList('Home');
    const page = await open(account, PHONE);
    await page.getByRole('button', { name: 'Lists', exact: true }).click();
    await linkOfList(page, 'Home').waitFor();
    expect(await violations(page)).toEqual([]);
    const small = await page.locator('.drawer :is(a, button)').evaluateAll((targets) =>
      targets
        .filter((target) => {
          const { width, height } = target.getBoundingClientRect();
          return width < 44 || height < 44;
        })
        .map((target) => target.outerHTML),
    );
    expect(small).toEqual([]);
  });
});
