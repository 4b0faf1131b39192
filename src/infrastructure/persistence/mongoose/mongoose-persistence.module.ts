import { type DynamicModule, Module } from '@nestjs/common';
import { getConnectionToken, getModelToken, MongooseModule } from '@nestjs/mongoose';
import { checkUri, connectOptions, type MongoOptions } from '@tasks/mongo-connection';
import { withTimeout } from '@tasks/service';
import type { Connection, Model } from 'mongoose';
import { HealthProbe } from '../../../application/health-probe.js';
import { TaskRepository } from '../../../application/task.repository.js';
import type { StoreDefects } from '../store-defects.js';
import { MongooseConnection } from './mongoose-connection.js';
import { MongooseTaskRepository } from './mongoose-task.repository.js';
import { TaskDocument, taskSchema } from './task.schema.js';

/** Time limit of closing, in milliseconds. Acknowledged changes are stored already. */
const CLOSE_LIMIT_MS = 2_000;

/** The store in MongoDB: provides `TaskRepository` and `HealthProbe`. The application starts while MongoDB is down. */
@Module({})
export class MongoosePersistenceModule {
  /** @throws Error for an invalid connection string; the message doesn't contain the string. */
  static register(options: MongoOptions, defects: StoreDefects): DynamicModule {
    const driverOptions = connectOptions(options);
    checkUri(options, 'MONGODB_URI');
    return {
      module: MongoosePersistenceModule,
      imports: [
        MongooseModule.forRoot(options.uri, {
          ...driverOptions,
          lazyConnection: true,
          connectionFactory: closingInTime,
        }),
        MongooseModule.forFeature([{ name: TaskDocument.name, schema: taskSchema }]),
      ],
      providers: [
        {
          provide: TaskRepository,
          useFactory: (model: Model<TaskDocument>) => new MongooseTaskRepository(model, options, defects),
          inject: [getModelToken(TaskDocument.name)],
        },
        {
          provide: HealthProbe,
          useFactory: (connection: Connection, model: Model<TaskDocument>) =>
            new MongooseConnection(connection, model, options),
          inject: [getConnectionToken(), getModelToken(TaskDocument.name)],
        },
      ],
      exports: [TaskRepository, HealthProbe],
    };
  }
}

/** Nest waits for it to close. The driver reports the end of its sessions to the server, which may hang. */
function closingInTime(connection: Connection): Connection {
  const close = connection.close.bind(connection);
  connection.close = (force) => withTimeout(close(force), CLOSE_LIMIT_MS, () => undefined);
  return connection;
}
