export type { MongoIndexes, MongoLog } from './index-keeper.js';
export { MongoConnection, type MongoConnectionParts } from './mongo-connection.js';
export { answeredWithin, checkUri, connectOptions, driverOptions, type MongoOptions } from './options.js';
