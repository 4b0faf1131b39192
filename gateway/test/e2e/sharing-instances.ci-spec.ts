import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { dropAndStop } from '../../../test/support/app.js';
import { EventReader } from '../support/event-reader.js';
import { joined, memberId, newList } from '../support/shared-list.js';
import { TestClient } from '../support/test-client.js';
import { TestGateway } from '../support/test-gateway.js';

jest.setTimeout(60_000);

await describeWithMongo('A shared list on two instances', (mongo) => {
  const variables = {
    GATEWAY_STORE: 'mongo',
    GATEWAY_MONGODB_URI: mongo.uri,
    GATEWAY_MONGODB_DATABASE: mongo.database,
  };
  let here: TestGateway;
  let there: TestGateway;

  beforeAll(async () => {
    here = await TestGateway.start(variables);
    there = await TestGateway.start(variables, { heartbeatMs: 50 });
  });

  afterAll(async () => {
    await here.stop();
    await there.stop();
    await dropAndStop(mongo);
  });

  /** The same browser at the other instance. */
  function atTheOther(client: TestClient): TestClient {
    const copy = new TestClient(there.origin);
    for (const [name, value] of client.cookies) copy.cookies.set(name, value);
    return copy;
  }

  test('rejects a member who was removed on the other one, and ends its events', async () => {
    const owner = await here.user('owner');
    const list = await newList(owner);
    const editor = atTheOther(await joined(here, owner, list, 'editor'));
    expect((await editor.post(`/lists/${list}/tasks`, { name: 'milk' })).status).toBe(201);
    const stream = await EventReader.open(editor, {}, '/events?lists=all');
    await owner.delete(`/lists/${list}/members/${await memberId(owner, list, 'a editor')}`);
    expect((await editor.get(`/lists/${list}/tasks`)).status).toBe(404);
    expect((await editor.post(`/lists/${list}/tasks`, { name: 'bread' })).status).toBe(404);
    expect((await stream.nextChange())?.type).toBe('lists-changed');
    stream.close();
  });
});
