import { type DynamicModule, Module } from '@nestjs/common';
import { getConnectionToken, getModelToken, MongooseModule } from '@nestjs/mongoose';
import { withTimeout } from '@tasks/service';
import { type Connection, type Model, mongo } from 'mongoose';
import { HealthProbe } from '../../../application/health-probe.js';
import { TaskRepository } from '../../../application/task.repository.js';
import type { StoreDefects } from '../store-defects.js';
import { connectOptions, MongooseConnection, type MongoosePersistenceOptions } from './mongoose-connection.js';
import { MongooseTaskRepository } from './mongoose-task.repository.js';
import { TaskDocument, taskSchema } from './task.schema.js';

/** Closing is given up after that, in milliseconds: what was acknowledged is stored already. */
const CLOSE_LIMIT_MS = 2_000;

/** So much longer than the driver's own limit: what that says of a server that is down tells more. */
const DRIVER_HEAD_START_MS = 100;

/** The store in MongoDB: provides `TaskRepository` and `HealthProbe`. The application starts while MongoDB is down. */
@Module({})
export class MongoosePersistenceModule {
  /** @throws Error when the connection string makes no sense; its message doesn't hold it. */
  static register(options: MongoosePersistenceOptions, defects: StoreDefects): DynamicModule {
    const driverOptions = connectOptions(options);
    checkUri(options);
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
          useFactory: (model: Model<TaskDocument>) =>
            new MongooseTaskRepository(model, options.serverSelectionTimeoutMs + DRIVER_HEAD_START_MS, defects),
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

/** Nest waits for it to close. The driver tells the server that its sessions end, and one that hangs never answers. */
function closingInTime(connection: Connection): Connection {
  const close = connection.close.bind(connection);
  connection.close = (force) => withTimeout(close(force), CLOSE_LIMIT_MS, () => undefined);
  return connection;
}

/** A string that can't be parsed would look like a server that is down, for ever. */
function checkUri({ uri, place }: MongoosePersistenceOptions): void {
  try {
    new mongo.MongoClient(uri);
  } catch (error) {
    // The driver's messages name the option or host that is wrong, never the whole string with its password.
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`MONGODB_URI for ${place} can't be used: ${reason}`, { cause: error });
  }
}
