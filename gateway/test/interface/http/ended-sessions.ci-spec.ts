import { afterAll, jest } from '@jest/globals';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { dropAndStop } from '../../../../test/support/app.js';
import { describeEndedSessions } from '../../support/ended-sessions.js';
import { TestGateway } from '../../support/test-gateway.js';

jest.setTimeout(60_000);

await describeWithMongo('Two instances on one MongoDB', (mongo) => {
  const variables = {
    GATEWAY_STORE: 'mongo',
    GATEWAY_MONGODB_URI: mongo.uri,
    GATEWAY_MONGODB_DATABASE: mongo.database,
  };

  afterAll(() => dropAndStop(mongo));

  describeEndedSessions('a session that ends on the other instance meanwhile', async (hasher) => [
    await TestGateway.start(variables, { hasher }),
    await TestGateway.start(variables),
  ]);
});
