import config, { filesOf } from './jest.config.mjs';

/** `npm run test:all`: one file at a time, since some load the machine and others must not feel it. */
export default { ...config, testMatch: [filesOf('ci')], maxWorkers: 1 };
