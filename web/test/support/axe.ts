import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Shows at once what animations lead to. */
export async function finishAnimations(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
    }
  });
}

/** Returns axe's findings as `rule: element`. */
export async function violations(page: Page): Promise<string[]> {
  // A half transparent message has no contrast yet.
  await finishAnimations(page);
  await page.evaluate(AXE);
  return page.evaluate(async (tags) => {
    interface Axe {
      run(context: object, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
    }
    const { axe } = globalThis as unknown as { axe: Axe };
    // What is behind a modal dialog can't be used.
    const context = [...document.querySelectorAll('dialog:modal')].at(-1) ?? document;
    // With forced colours they are the system's.
    const rules = { 'color-contrast': { enabled: !matchMedia('(forced-colors: active)').matches } };
    const result = await axe.run(context, { runOnly: tags, rules });
    return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, TAGS);
}
