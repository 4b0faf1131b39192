import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What is used of a page here: these files are compiled without the types of browsers. */
interface Browsing {
  readonly document: {
    getAnimations(): { effect?: { getComputedTiming(): { endTime?: unknown } } | null; finish(): void }[];
    querySelectorAll(selector: string): Iterable<object>;
  };
  readonly axe: {
    run(context: object, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
  };
  matchMedia(query: string): { readonly matches: boolean };
}

/** Shows at once what animations lead to. */
export async function finishAnimations(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { document } = globalThis as unknown as Browsing;
    for (const animation of document.getAnimations()) {
      if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
    }
  });
}

/** Returns axe's findings as `rule: element`. @param rules Tags, or names of rules. */
export async function violations(page: Page, rules: readonly string[] = TAGS): Promise<string[]> {
  // A half transparent message has no contrast yet.
  await finishAnimations(page);
  await page.evaluate(AXE);
  return page.evaluate(async (runOnly) => {
    const shown = globalThis as unknown as Browsing;
    // What is behind a modal dialog can't be used.
    const context = [...shown.document.querySelectorAll('dialog:modal')].at(-1) ?? shown.document;
    // With forced colours they are the system's.
    const rules = { 'color-contrast': { enabled: !shown.matchMedia('(forced-colors: active)').matches } };
    const result = await shown.axe.run(context, { runOnly, rules, preload: false, resultTypes: ['violations'] });
    return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, rules);
}
