import { describe, expect, it } from '@jest/globals';
import type { HttpClient } from '../../../src/api/http.js';
import { ListsApi } from '../../../src/api/lists-api.js';
import { TasksApi } from '../../../src/api/tasks-api.js';
import { Language } from '../../../src/i18n/language.js';
import { ListsModel } from '../../../src/state/lists.js';
import { Notices } from '../../../src/state/notices.js';
import { pathsOfStart } from '../../../src/state/start.js';
import { Tabs } from '../../../src/state/tabs.js';
import { TaskModel } from '../../../src/state/task-model.js';
import type { View } from '../../../src/state/view.js';
import { FakeBrowser } from '../../support/fake-browser.js';
import { StandInHttp } from '../../support/stand-in-http.js';

const LIST: View = { kind: 'list', list: 'a'.repeat(32) };
const KINDS = ['today', 'upcoming', 'starred', 'all'] as const;

describe('pathsOfStart', () => {
  it.each(
    [undefined, LIST, ...KINDS.map((kind): View => ({ kind }))].flatMap((view) => [
      { view, text: '' },
      { view, text: 'milk' },
    ]),
  )('has what the list asks for first: %j', async ({ view, text }) => {
    const http = new StandInHttp();
    const browser = new FakeBrowser();
    browser.nowMs = Date.now();
    const client = http as unknown as HttpClient;
    const [language, notices] = [new Language(), new Notices()];
    const lists = new ListsModel(new ListsApi(client), notices, language, browser);
    const tabs = new Tabs(browser.openChannel('tasks-a'), 'tab');
    const model = new TaskModel(new TasksApi(client), lists, tabs, notices, language, browser);
    const started = model.list.start(view, text);
    const asked = http.requests.map((request) => request.replace('GET ', ''));
    expect(asked.sort()).toEqual([...pathsOfStart({ view, text }, browser.nowMs)].sort());
    await started;
    model.queue.close();
  });
});
