import { mkdir } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage } from '../support/browser.js';
import { Scene } from '../support/scene.js';
import type { StoredAccount } from '../support/stand-in-store.js';

/** `SCREENSHOTS=1 npm run jest -- web/test/browser/screenshots` renews the committed pictures. */
const FOLDER = new URL(
  process.env['SCREENSHOTS'] === '1' ? '../../../docs/images/' : '../../../.cache/images/',
  import.meta.url,
);

/** What the README shows: small enough for those who read it over a slow line. */
const MAX_BYTES = 150_000;

const DESK = { viewport: { width: 1280, height: 800 } } as const;
const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true } as const;

const NOTE =
  'The office opens at 8:00. Take number 14 or 15:\nhttps://example.com/passports\n\n- [x] Fill in the form\n- [x] Photo, 35 × 45 mm\n- [ ] Old passport\n- [ ] Fee: 70 €';

describeInBrowser('screenshots', () => {
  const stage = BrowserStage.use();

  /** An account as it may be after a month. */
  const account = (scene: Scene): StoredAccount => {
    const { store } = stage.gateway;
    const maria = stage.account();
    maria.username = 'maria.keller';
    scene.fill(maria.first, [
      { name: 'Renew the passport before the trip', dueOn: '2026-12-01T14:30', starred: true, note: NOTE },
      { name: 'Pay the electricity bill', dueOn: '2026-11-28', repeat: 'FREQ=MONTHLY;BYMONTHDAY=28' },
      { name: 'Book the dentist', dueOn: '2026-12-02T09:15' },
      { name: 'Water the plants', dueOn: '2026-12-01', repeat: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU' },
      { name: 'Call grandma', starred: true },
      { name: 'Return the library books', dueOn: '2026-12-04', note: 'Three, and the one that Jonas has' },
      { name: 'Find out what the noise in the bicycle is' },
      { name: 'Buy milk, eggs and coffee', done: true, doneOn: '2026-11-30T10:00:00Z' },
    ]);
    const lists = [
      ['Home', 'teal', 'Fix the tap', 'Order firewood', 'Clean the gutters'],
      ['Work', 'blue', 'Plan the team offsite', 'Review the budget'],
      ['Trip to Japan', 'orange', 'Book the ryokan in Kyoto', 'Exchange money', 'Pack'],
    ] as const;
    for (const [name, color, ...tasks] of lists) {
      const list = store.addList(maria, name, ...tasks.toReversed());
      const [self] = list.members;
      if (self) Object.assign(self, { color, name: 'Maria' });
      const [first] = [...list.tasks.values()].slice(-1);
      if (first && name !== 'Work') first.dueOn = '2026-12-01';
      if (name === 'Trip to Japan') {
        store.addMember(list, stage.account(), 'editor', 'Jonas');
        store.addMember(list, stage.account(), 'viewer', 'Nadja');
      }
    }
    return maria;
  };
  const open = async (options: BrowserContextOptions): Promise<Scene> =>
    new Scene(stage, await (await stage.context(options)).newPage(), 'en', options.hasTouch === true);
  const save = async (page: Page, name: string): Promise<void> => {
    await mkdir(FOLDER, { recursive: true });
    const picture = await page.screenshot({ path: new URL(`${name}.png`, FOLDER).pathname, animations: 'disabled' });
    expect(picture.length).toBeLessThan(MAX_BYTES);
  };

  it('shows Today', async () => {
    const scene = await open(DESK);
    await save(await scene.tasks(account(scene), '/today'), 'today');
  });

  it('shows a list with details, in dark colors', async () => {
    const scene = await open({ ...DESK, colorScheme: 'dark' });
    const page = await scene.details(account(scene));
    await page.locator('.details .step').nth(3).waitFor();
    await save(page, 'details-dark');
  });

  it('shows a list on a phone', async () => {
    const scene = await open(PHONE);
    await save(await scene.list(account(scene)), 'phone');
  });

  it('shows how a list is shared', async () => {
    const scene = await open(DESK);
    await save(await scene.sharing(account(scene)), 'sharing');
  });
});
