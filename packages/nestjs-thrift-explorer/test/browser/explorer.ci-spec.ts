import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { describeInBrowser } from '@tasks/testing/describe-in-browser';
import { visits } from '../support/bookshop.js';
import { violations } from '@tasks/testing/axe';
import { EVIL, ExplorerStage } from '../support/explorer-page.js';

// One browser and one service for both groups: their start takes longer than some tests.
const stage = ExplorerStage.use();

describeInBrowser('the page of the explorer', () => {
  it('finds a method by a word of its comment, calls it and shows the answer with its time', async () => {
    const page = await stage.open();
    await page.keyboard.press('/');
    await page.keyboard.type('best match');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Bookshop.find' }).waitFor();
    await page.getByLabel('text string').fill('city');
    await page.getByLabel('genre Genre').selectOption('SCIENCE');
    await page.keyboard.press('Control+Enter');
    await page.getByText('The City of God').waitFor();
    expect(await page.locator('.outcome').textContent()).toMatch(/^OK[\d.]+ ms$/);
  });

  it('fills nested values, and shows a declared exception', async () => {
    const page = await stage.open('/#/methods/Bookshop.order');
    await page.getByRole('button', { name: 'Add to lines' }).click();
    await page.getByLabel('isbn string').fill('9780141439600');
    await page.getByLabel('copies i32').fill('12');
    await page.getByLabel('Member of payment').selectOption('voucher');
    await page.getByLabel('voucher i64').fill('9223372036854775807');
    await page.getByRole('button', { name: 'Call order' }).click();
    await page.getByRole('link', { name: 'OutOfStock' }).first().waitFor();
    await page.getByText('"left": 3').waitFor();
    await page.getByRole('button', { name: 'JSON' }).click();
    expect(JSON.parse(await page.getByLabel('Arguments as JSON').inputValue())).toEqual({
      lines: [{ isbn: '9780141439600', copies: 12 }],
      payment: { voucher: '9223372036854775807' },
    });
  });

  it('names the path of a wrong value, and a deadline that has passed', async () => {
    const page = await stage.open('/#/methods/Bookshop.wait');
    await page.getByLabel('milliseconds i32').fill('long');
    await page.getByRole('button', { name: 'Call wait' }).click();
    await page.getByText('milliseconds: expected i32').waitFor();
    await page.getByLabel('milliseconds i32').fill('60000');
    await page.getByText('Deadline and headers').click();
    await page.getByLabel('Deadline in milliseconds').fill('50');
    await page.getByRole('button', { name: 'Call wait' }).click();
    await page.getByText('The call may have run.').waitFor();
  });

  it('cancels a call that runs', async () => {
    const page = await stage.open(`/#/methods/Bookshop.wait?args=${encodeURIComponent('{"milliseconds":60000}')}`);
    await page.getByRole('button', { name: 'Call wait' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled.').waitFor();
  });

  it('has headers, a permalink that calls nothing by itself, and a command line', async () => {
    const page = await stage.open('/#/methods/Bookshop.caller');
    await page.getByText('Deadline and headers').click();
    const headers = page.getByLabel('Headers, one per line');
    await headers.fill('x-user: ada');
    await page.getByRole('button', { name: 'Call caller' }).click();
    await page.getByText('x-user=ada').waitFor();
    await page.getByRole('button', { name: 'Copy as thriftcall' }).click();
    await page.getByText('Copied').waitFor();
    await headers.fill('');
    await headers.press('Control+V');
    expect(await headers.inputValue()).toMatch(
      /^npx thriftcall 127\.0\.0\.1:\d+ call Bookshop\.caller '\{\}' .*'x-user: ada'$/,
    );

    const link = await stage.open(`/#/methods/Bookshop.visit?args=${encodeURIComponent('{"page":"/linked"}')}`);
    expect(await link.getByLabel('page string').inputValue()).toBe('/linked');
    expect(visits).not.toContain('/linked');
    await link.getByRole('button', { name: 'Call visit' }).click();
    await link.getByText('Sent.').waitFor();
  });

  it('keeps what was typed over a reload, headers for all methods, the last call for later visits', async () => {
    const page = await stage.open('/#/methods/Bookshop.find');
    await page.getByLabel('text string').fill('kept');
    await page.getByText('Deadline and headers').click();
    await page.getByLabel('Headers, one per line').fill('token: secret');
    await page.reload();
    expect(await page.getByLabel('text string').inputValue()).toBe('kept');
    await page.getByRole('button', { name: 'Call find' }).click();
    await page.locator('.outcome').waitFor();
    await page.goto(`${stage.shop.origin}/#/methods/Bookshop.caller`);
    await page.getByRole('button', { name: 'Call caller' }).click();
    await page.getByText('token=secret').waitFor();

    const later = await page.context().newPage();
    await later.goto(`${stage.shop.origin}/#/methods/Bookshop.find`);
    expect(await later.getByLabel('text string').inputValue()).toBe('kept');
    expect(await later.getByLabel('Headers, one per line').inputValue()).toBe('');
  });

  it('shows the fields of a type in place, and links it to where it is used', async () => {
    const page = await stage.open('/#/methods/Bookshop.order');
    await page.getByText('Fields of Order').click();
    await page.getByText('Fields of parcels.Parcel').click();
    await page.getByText('Fields of depots.Depot').waitFor();
    await page.goto(`${stage.shop.origin}/#/methods/Bookshop.find`);
    await page.locator('.signature').getByRole('link', { name: 'Book' }).click();
    await page.getByRole('heading', { level: 1, name: 'Book' }).waitFor();
    await page.locator('.chips').getByRole('link', { name: 'Bookshop.find' }).click();
    await page.getByRole('heading', { level: 1, name: 'Bookshop.find' }).waitFor();
  });

  it('leads to types of files that included files include, by links and by search', async () => {
    const page = await stage.open('/#/types/Order');
    for (const name of ['parcels.Parcel', 'depots.Depot', 'depots.Country']) {
      await page.locator('main').getByRole('link', { name }).click();
      await page.getByRole('heading', { level: 1, name }).waitFor();
    }
    await page.getByRole('searchbox').fill('packed');
    await page.getByRole('searchbox').press('Enter');
    await page.getByRole('heading', { level: 1, name: 'depots.Depot' }).waitFor();
  });

  it.each(['light', 'dark'] as const)('has no violation that axe finds, %s', async (colorScheme) => {
    const page = await stage.open('/', { colorScheme });
    expect(await violations(page)).toEqual([]);
    await page.goto(`${stage.shop.origin}/#/types/Book`);
    await page.getByRole('heading', { level: 1, name: 'Book' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${stage.shop.origin}/#/methods/Bookshop.order`);
    await page.getByRole('button', { name: 'Fill in an example' }).click();
    await page.getByText('Deadline and headers').click();
    await page.getByRole('button', { name: 'Call order' }).click();
    await page.locator('.outcome').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('searchbox').fill('book');
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });
});

describeInBrowser('other sites', () => {
  it('can not let their own name lead to the explorer', async () => {
    const page = await stage.blank();
    const response = await page.goto(`http://${EVIL}:${String(stage.shop.port)}/`);
    expect(response?.status()).toBe(403);
    const status = await page.evaluate(async () => (await fetch('/api/description')).status);
    expect(status).toBe(403);
  });

  it('can neither call methods nor read, by any request that a page can make', async () => {
    const { origin } = stage.shop;
    const site = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>evil</title><body>');
    });
    await once(site.listen(0, '127.0.0.1'), 'listening');
    try {
      const page = await stage.blank();
      const statuses: number[] = [];
      page.on('response', (response) => {
        if (response.url().startsWith(origin)) statuses.push(response.status());
      });
      await page.goto(`http://${EVIL}:${String((site.address() as AddressInfo).port)}/`);
      const reached = await page.evaluate(async (target) => {
        const body = JSON.stringify({ service: 'Bookshop', method: 'visit', args: { page: '/stolen' } });
        const json = { 'content-type': 'application/json' };
        const attempts: [string, RequestInit][] = [
          ['/api/calls', { method: 'POST', body, headers: json }],
          ['/api/calls', { method: 'POST', body, mode: 'no-cors' }],
          ['/api/description', {}],
          ['/api/description', { mode: 'no-cors' }],
        ];
        const texts = attempts.map(([path, init]) =>
          fetch(target + path, init).then(
            (answer) => answer.text(),
            () => '',
          ),
        );
        return (await Promise.all(texts)).join('');
      }, origin);
      expect(reached).toBe('');
      // A form, whose answer the browser shows.
      await page.evaluate(`
        const form = Object.assign(document.createElement('form'), { method: 'post', enctype: 'text/plain' });
        form.action = '${origin}/api/calls';
        form.append(Object.assign(document.createElement('input'), { name: '{"service":"Bookshop","method":"visit","args":{"page":"/stolen' , value: '"}}' }));
        document.body.append(form);
        form.submit();
      `);
      await page.getByText('comes from another').waitFor();
      expect(visits).not.toContain('/stolen');
      expect(statuses.filter((status) => status < 400)).toEqual([]);
      expect(statuses).toContain(403);
    } finally {
      site.close();
      site.closeAllConnections();
    }
  });

  it('can link to the page, which then works', async () => {
    const page = await stage.blank();
    await page.setContent(`<a href="${stage.shop.origin}/#/methods/Bookshop.find">find</a>`);
    await page.getByRole('link').click();
    await page.getByRole('button', { name: 'Call find' }).click();
    await page.getByText('A Tale of Two Cities').waitFor();
  });
});
