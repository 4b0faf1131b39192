import config, { filesOf } from './jest.config.mjs';

/** `npm test`. */
export default { ...config, testMatch: [filesOf('unit'), filesOf('e2e')] };
