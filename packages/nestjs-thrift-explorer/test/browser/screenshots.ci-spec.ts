import { mkdir } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { ExplorerStage } from '../support/explorer-page.js';

/** `SCREENSHOTS=1 npm run jest -- packages/nestjs-thrift-explorer/test/browser/screenshots` renews the committed pictures. */
const FOLDER = new URL(
  process.env['SCREENSHOTS'] === '1' ? '../../docs/' : '../../../../.cache/images/explorer/',
  import.meta.url,
);

describeInBrowser('screenshots of the explorer', () => {
  const stage = ExplorerStage.use();

  it.each([
    ['call-light', { colorScheme: 'light', viewport: { width: 1440, height: 900 } }],
    ['call-dark', { colorScheme: 'dark', viewport: { width: 1440, height: 900 } }],
    ['phone-light', { colorScheme: 'light', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
    ['phone-dark', { colorScheme: 'dark', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
  ] as const)('%s', async (name, options) => {
    const args = encodeURIComponent(JSON.stringify({ text: 'tale', genre: 'NOVEL', limit: 10 }));
    const page = await stage.open(`/#/methods/Bookshop.find?args=${args}`, options);
    await page.getByRole('button', { name: 'Call find' }).click();
    await page.getByText('Charles Dickens').waitFor();
    // The same in each picture.
    await page.evaluate(`document.querySelector('.outcome .timing').textContent = '1.42 ms'`);
    await page.evaluate(`document.querySelector('.target').textContent = 'bookshop.thrift at 127.0.0.1:9090'`);
    await page.evaluate('scrollTo(0, 0)');
    await mkdir(FOLDER, { recursive: true });
    const picture = await page.screenshot({ path: new URL(`${name}.png`, FOLDER).pathname, animations: 'disabled' });
    expect(picture.length).toBeLessThan(200_000);
  });
});
