import type { Page } from 'playwright-core';

const ROUNDS = 5;
const PAUSE_MS = 300;

/** Clicks as a user does. A locator checks what it hits first, in the task of the click, which would count. */
async function click(page: Page, selector: string): Promise<void> {
  const target = page.locator(selector);
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (box === null) throw new Error(`${selector} is not shown`);
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
}

/** The fixed script of `interactions`: what each action does in a round. */
const ACTIONS: Readonly<Record<string, (page: Page, round: number) => Promise<void>>> = {
  type: async (page, round) => {
    await click(page, '#new-task');
    await page.keyboard.type(`Added ${String(round)}`, { delay: 60 });
  },
  add: async (page) => {
    await page.keyboard.press('Enter');
    await page.waitForTimeout(PAUSE_MS);
    await page.keyboard.press('ArrowDown');
  },
  tick: async (page) => {
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
  },
  'move by one': async (page) => {
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Alt+ArrowDown');
  },
  'open details': async (page) => {
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/tasks\//);
  },
  'close details': async (page) => {
    await page.goBack();
  },
  scroll: async (page) => {
    for (let step = 0; step < 10; step++) {
      await page.mouse.wheel(0, 900);
      await page.waitForTimeout(50);
    }
  },
  filter: async (page) => {
    await click(page, '#search');
    await page.keyboard.type('task 77', { delay: 60 });
  },
  'end the filter': async (page) => {
    await page.keyboard.press('Escape');
  },
};

export const ACTION_NAMES: readonly string[] = Object.keys(ACTIONS);

/** Runs all actions in turn, five times. @param begin Is called before each action. */
export async function runScript(page: Page, begin: (action: string) => Promise<void>): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(ACTIONS)) {
      await begin(name);
      await run(page, round);
      await page.waitForTimeout(PAUSE_MS);
    }
  }
}
