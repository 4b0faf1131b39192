import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { BrowserStage, eventually, expectNames, names } from '../support/browser.js';
import { pathOfScript } from '../support/page-files.js';
import type { StoredAccount } from '../support/stand-in-store.js';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

/** One finger, by the events of a touch screen; the browser makes of them what it makes of real ones. */
class Finger {
  readonly #send: (type: 'touchStart' | 'touchMove' | 'touchEnd' | 'touchCancel') => Promise<void>;
  #at = { x: 0, y: 0 };

  private constructor(send: (type: string, points: readonly object[]) => Promise<void>) {
    this.#send = (type) => send(type, type === 'touchStart' || type === 'touchMove' ? [this.#at] : []);
  }

  static async of(page: Page): Promise<Finger> {
    const session = await page.context().newCDPSession(page);
    return new Finger(async (type, touchPoints) => {
      await session.send('Input.dispatchTouchEvent', { type, touchPoints } as never);
    });
  }

  async press(x: number, y: number): Promise<void> {
    this.#at = { x, y };
    await this.#send('touchStart');
  }

  /** Moves in steps, as a finger does. */
  async moveBy(distance: number, steps = 8): Promise<void> {
    for (let step = 0; step < steps; step++) {
      this.#at = { ...this.#at, y: this.#at.y + distance / steps };
      await this.#send('touchMove');
    }
  }

  async lift(): Promise<void> {
    await this.#send('touchEnd');
  }

  async cancel(): Promise<void> {
    await this.#send('touchCancel');
  }
}

describeInBrowser('fingers on a list', () => {
  const stage = BrowserStage.use();

  const open = async (account: StoredAccount, path?: string): Promise<{ page: Page; finger: Finger }> => {
    const { context } = await stage.loggedIn(account, PHONE);
    const page = await context.newPage();
    // What follows a finger is a part that is loaded after the first rows.
    const loading = page.waitForResponse(`**${pathOfScript('selectstart')}`);
    await page.goto(stage.gateway.origin + (path ?? `/lists/${account.first.id}`));
    await page.evaluate(
      async (part) => {
        await import(part);
      },
      (await loading).url(),
    );
    await page.locator('.task').first().waitFor();
    return { page, finger: await Finger.of(page) };
  };
  const press = async (page: Page, finger: Finger, name: string): Promise<void> => {
    const box = await page.locator('.task .name', { hasText: name }).boundingBox();
    if (box === null) throw new Error(`${name} is not shown`);
    await finger.press(box.x + 20, box.y + box.height / 2);
  };
  /** Rests on a row until it is lifted from the list. */
  const hold = async (page: Page, finger: Finger, name: string): Promise<void> => {
    await press(page, finger, name);
    await page.locator('.is-dragged', { hasText: name }).waitFor();
  };
  const rowHeight = async (page: Page): Promise<number> =>
    (await page.locator('.task').first().boundingBox())?.height ?? NaN;

  it('moves a row that a finger rested on', async () => {
    const account = stage.account('Four', 'Three', 'Two', 'One');
    const { page, finger } = await open(account);
    await hold(page, finger, 'One');
    await finger.moveBy(2 * (await rowHeight(page)));
    await page.locator('.is-dragging').waitFor();
    await finger.lift();
    await expectNames(page, ['Two', 'Three', 'One', 'Four']);
    await page.locator('.is-dragged').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => scrollY)).toBe(0);
    // The lifted finger opens nothing.
    expect(await page.locator('.details, .selection').count()).toBe(0);
    await page.reload();
    await expectNames(page, ['Two', 'Three', 'One', 'Four']);
  });

  it('leaves the order when the browser takes the finger away', async () => {
    const account = stage.account('Three', 'Two', 'One');
    const { page, finger } = await open(account);
    await hold(page, finger, 'One');
    await finger.moveBy(2 * (await rowHeight(page)));
    await finger.cancel();
    await page.locator('.is-dragged').waitFor({ state: 'detached' });
    expect(await names(page)).toEqual(['One', 'Two', 'Three']);
    expect([...account.tasks.values()].filter(({ position }) => position !== undefined)).toEqual([]);
  });

  it('selects a row that a finger leaves where it was, and then others by taps', async () => {
    const { page, finger } = await open(stage.account('Three', 'Two', 'One'));
    await page.evaluate(() => {
      addEventListener('contextmenu', ({ defaultPrevented }) => {
        if (!defaultPrevented) console.error('a context menu opens');
      });
    });
    await hold(page, finger, 'Two');
    await finger.lift();
    await page.getByText('1 selected').waitFor();
    await page.locator('.name', { hasText: 'Three' }).tap();
    await page.getByText('2 selected').waitFor();
    await page.locator('.name', { hasText: 'Two' }).tap();
    await page.locator('.name', { hasText: 'Three' }).tap();
    await page.locator('.selection').waitFor({ state: 'detached' });
    await page.locator('.name', { hasText: 'Three' }).tap();
    await page.locator('.details .name-field').waitFor();
  });

  it('selects, and moves nothing, where rows have no order of their own', async () => {
    const account = stage.account('Two', 'One');
    const tomorrow = new Date(Date.now() + 86_400_000).toLocaleDateString('sv');
    for (const task of account.tasks.values()) task.dueOn = tomorrow;
    const { page, finger } = await open(account, '/upcoming');
    const before = await names(page);
    await hold(page, finger, 'One');
    await finger.moveBy(2 * (await rowHeight(page)));
    await finger.moveBy(-2 * (await rowHeight(page)));
    await finger.lift();
    await page.getByText('1 selected').waitFor();
    expect(await names(page)).toEqual(before);
  });

  it('scrolls by a finger that moves at once, and drags nothing', async () => {
    const account = stage.account(...Array.from({ length: 40 }, (_, place) => `Task ${String(place)}`));
    const { page, finger } = await open(account);
    const before = await names(page);
    await press(page, finger, before[6] ?? '');
    await finger.moveBy(-300);
    await page.waitForFunction(() => scrollY > 150);
    await finger.lift();
    expect(await page.locator('.is-dragged, .selection, .details').count()).toBe(0);
    await eventually(() => {
      expect([...account.tasks.values()].filter(({ position }) => position !== undefined)).toEqual([]);
    });
  });

  it('holds the same row while the list scrolls that has no order of its own', async () => {
    const account = stage.account(...Array.from({ length: 80 }, (_, place) => `Task ${String(80 - place)}`));
    const tomorrow = new Date(Date.now() + 86_400_000).toLocaleDateString('sv');
    for (const task of account.tasks.values()) task.dueOn = tomorrow;
    const { page, finger } = await open(account, '/upcoming');
    const name = (await names(page))[2] ?? '';
    await hold(page, finger, name);
    const box = await page.locator('.is-dragged').boundingBox();
    await finger.moveBy(844 - 30 - (box?.y ?? 0));
    await page.waitForFunction(() => scrollY > 1_200);
    expect(await page.locator('.is-dragged .name').textContent()).toBe(name);
    await finger.lift();
  });

  it('scrolls at the edge of the window while a row is dragged', async () => {
    const account = stage.account(...Array.from({ length: 40 }, (_, place) => `Task ${String(40 - place)}`));
    const { page, finger } = await open(account);
    await hold(page, finger, 'Task 3');
    const box = await page.locator('.is-dragged').boundingBox();
    await finger.moveBy(844 - 30 - (box?.y ?? 0));
    await page.waitForFunction(() => scrollY > 400);
    await finger.lift();
    await page.locator('.is-dragged').waitFor({ state: 'detached' });
    await eventually(() => {
      expect([...account.tasks.values()].filter(({ position }) => position !== undefined)).toMatchObject([
        { name: 'Task 3' },
      ]);
    });
  });
});
