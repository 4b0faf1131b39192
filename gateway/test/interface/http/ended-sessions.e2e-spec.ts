import { describeEndedSessions } from '../../support/ended-sessions.js';
import { TestGateway } from '../../support/test-gateway.js';

describeEndedSessions('a session that ends while its request verifies the password', async (hasher) => [
  await TestGateway.start({}, { hasher }),
]);
