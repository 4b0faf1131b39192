import { mkdir } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { finishAnimations, violations } from '@tasks/testing/axe';
import { BrowserStage } from './browser.js';
import { Scene, type States } from './scene.js';

const FOLDER = new URL('../../../.cache/images/', import.meta.url);

const SIZES = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  tablet: { viewport: { width: 768, height: 1024 } },
  desk: { viewport: { width: 1440, height: 900 } },
} as const satisfies Record<string, BrowserContextOptions>;

const THEMES = {
  light: { colorScheme: 'light', forcedColors: 'none' },
  dark: { colorScheme: 'dark', forcedColors: 'none' },
  forced: { colorScheme: 'light', forcedColors: 'active' },
} as const;

const LANGUAGES = ['en', 'de'] as const;

/**
 * Draws the states of a part of the page, and checks each picture. Every state is drawn in each size, in each theme and
 * in both languages; six states in a row have all eighteen combinations. Each size has one page, which goes from state to
 * state.
 */
export function describePictures(part: string, states: States): void {
  describeInBrowser(`pictures of the page: ${part}`, () => {
    const stage = BrowserStage.use();

    it.each(Object.keys(states).map((state, place) => ({ state, place })))(
      'shows "$state" without a fault',
      async ({ state, place }) => {
        const sizes = Object.keys(SIZES) as Look['size'][];
        const pictures = await Promise.allSettled(
          sizes.map(async (size, at) => {
            const theme = (Object.keys(THEMES) as Look['theme'][])[(place + at) % 3] ?? 'light';
            const look = { size, theme, language: LANGUAGES[(place + at) % 2] ?? 'en' };
            const page = await stage.keptPage(size, { ...SIZES[size], reducedMotion: 'reduce' });
            await page.unrouteAll();
            await page.mouse.move(0, 0);
            await page.emulateMedia(THEMES[theme]);
            await states[state]?.(new Scene(stage, page, look.language, size === 'phone'));
            return faultsOf(page, `${part}-${state}`, look);
          }),
        );
        const found = pictures.map((picture) =>
          picture.status === 'fulfilled' ? picture.value : [String(picture.reason)],
        );
        expect(found.flat()).toEqual([]);
      },
    );
  });
}

interface Look {
  readonly size: keyof typeof SIZES;
  readonly theme: keyof typeof THEMES;
  readonly language: (typeof LANGUAGES)[number];
}

/** Takes the picture, and checks what it shows. */
async function faultsOf(page: Page, name: string, { size, theme, language }: Look): Promise<string[]> {
  await finishAnimations(page);
  await mkdir(FOLDER, { recursive: true });
  const picture = (suffix = ''): Promise<unknown> =>
    page.screenshot({
      path: new URL(`${name.replace(/\W+/g, '-')}-${size}${suffix}.png`, FOLDER).pathname,
      animations: 'disabled',
    });
  await picture();
  const faults = await beyond(page);
  // A tablet has the elements of a desktop, in other places.
  if (size !== 'tablet') faults.push(...(await violations(page)));
  else if (theme !== 'forced') faults.push(...(await violations(page, ['color-contrast'])));
  if (size === 'phone') {
    faults.push(...(await smallTargets(page)));
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
    });
    await picture('-200');
    const large = [...(await beyond(page)), ...(await overlaps(page)), ...(await crushed(page))];
    faults.push(...large.map((fault) => `200 %: ${fault}`));
  }
  return faults.map((fault) => `${size}, ${theme}, ${language}: ${fault}`);
}

/** What would need sideways scrolling. */
async function beyond(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > root.clientWidth + 1)
      .map((element) => `beyond the edge: ${element.outerHTML.slice(0, 80)}`)
      .slice(-3);
  });
}

/** Targets of less than 44 px, but for links within a text. */
async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const half = 21;
    const top = [...document.querySelectorAll('dialog:modal')].at(-1) ?? document;
    const targets = top.querySelectorAll<HTMLElement>(
      'a[href]:not(p a, .name a), button, input, select, textarea, summary, [role=menuitem], [role=option], [role=gridcell]',
    );
    const isHit = (target: Element, x: number, y: number): boolean => {
      const hit = document.elementFromPoint(x, y);
      if (hit === null) return false;
      // Marks of neighbours share a line, and what is offered lies above the rows.
      if (hit.closest('[role=listbox], .progress') || (target.matches('.check') && hit.matches('.check'))) return true;
      return target.contains(hit) || hit.closest('label')?.contains(target) === true;
    };
    return [...targets]
      .filter((target) => target.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .filter((target) => !target.closest('.visually-hidden, [hidden]') && target.getBoundingClientRect().width > 1)
      .filter((target) => {
        const { width, height } = (target.closest('label') ?? target).getBoundingClientRect();
        if (width >= 43.5 && height >= 43.5) return false;
        // A small mark may have a large target.
        target.scrollIntoView({ block: 'center' });
        const { left, right, top: above, bottom } = target.getBoundingClientRect();
        const [x, y] = [(left + right) / 2, (above + bottom) / 2];
        const isWide = width >= 43.5 || (isHit(target, x - half, y) && isHit(target, x + half, y));
        const isHigh = height >= 43.5 || (isHit(target, x, y - half) && isHit(target, x, y + half));
        return !isWide || !isHigh;
      })
      .map((target) => {
        const { width, height } = target.getBoundingClientRect();
        return `${String(Math.round(width))} x ${String(Math.round(height))} px: ${target.outerHTML.slice(0, 120)}`;
      });
  });
}

/** Texts with hardly more than a letter in each line. */
async function crushed(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? '';
      const element = node.parentElement;
      if (text.length < 6 || element === null || element.closest('.visually-hidden, select')) continue;
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
      if (lines > text.length / 3) found.push(`crushed: “${text.slice(0, 40)}” in ${String(lines)} lines`);
    }
    return found;
  });
}

/** Texts that cover each other. */
async function overlaps(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    interface Drawn {
      readonly text: string;
      readonly box: { left: number; right: number; top: number; bottom: number };
      readonly layer: Element | null;
    }
    /** What is meant to lie above the page. */
    const layerOf = (element: Element): Element | null => {
      for (let at: Element | null = element; at !== null; at = at.parentElement)
        if (['fixed', 'sticky'].includes(getComputedStyle(at).position) || at.matches('dialog, [popover]')) return at;
      return null;
    };
    const drawn: Drawn[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      if (element === null || node.textContent?.trim() === '' || element.closest('.visually-hidden, select')) continue;
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        const box = { left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom };
        for (let at: Element | null = element; at !== null; at = at.parentElement) {
          if (getComputedStyle(at).overflow === 'visible') continue;
          const clip = at.getBoundingClientRect();
          box.left = Math.max(box.left, clip.left);
          box.right = Math.min(box.right, clip.right);
          box.top = Math.max(box.top, clip.top);
          box.bottom = Math.min(box.bottom, clip.bottom);
        }
        if (box.right - box.left > 2 && box.bottom - box.top > 4)
          drawn.push({ text: (node.textContent ?? '').trim().slice(0, 40), box, layer: layerOf(element) });
      }
    }
    const found = new Set<string>();
    for (const [place, one] of drawn.entries()) {
      for (const other of drawn.slice(place + 1)) {
        if (one.layer !== other.layer || one.text === other.text) continue;
        const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const height = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        // Lines of one height overlap by a little above and below their letters.
        const least = Math.min(one.box.bottom - one.box.top, other.box.bottom - other.box.top);
        if (width > 2 && height > least * 0.3) found.add(`overlap: “${one.text}” and “${other.text}”`);
      }
    }
    return [...found];
  });
}
