import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';
import { chromium, type Browser } from 'playwright-core';

export type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const PATHS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const executablePath = PATHS.find((path) => path !== undefined && existsSync(path));

/**
 * `describe` for tests in a real browser. Without one they are skipped with a warning, or fail if REQUIRE_BROWSER=1.
 */
export function describeInBrowser(name: string, tests: () => void): void {
  if (executablePath !== undefined || process.env.REQUIRE_BROWSER === '1') {
    describe(name, tests);
    return;
  }
  console.warn(`SKIPPED, no Chromium: ${name}. Install it (apt-get install chromium) or set CHROMIUM to its path.`);
  describe.skip(name, tests);
}

export async function launchBrowser(...flags: string[]): Promise<Browser> {
  if (executablePath === undefined) {
    throw new Error('REQUIRE_BROWSER=1 and no Chromium: apt-get install chromium, or set CHROMIUM to its path');
  }
  return chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
}
