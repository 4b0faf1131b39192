import { SpanKind, SpanStatusCode, trace, type Span, type SpanOptions, type Tracer } from '@opentelemetry/api';
import {
  ATTR_DB_COLLECTION_NAME,
  ATTR_DB_OPERATION_NAME,
  ATTR_DB_SYSTEM_NAME,
  ATTR_ERROR_TYPE,
} from '@opentelemetry/semantic-conventions';
import { TaskRepository, type TaskPosition } from '../../application/task.repository.js';
import type { Task, TaskChanges } from '../../domain/task.js';
import { withoutCredentials } from './credentials.js';

const COLLECTION = 'tasks';

/** A store with a span for each operation, under that of the call that asks for it. */
export class TracedTaskRepository extends TaskRepository {
  readonly #options = new Map<string, SpanOptions>();

  /** @param system what keeps the tasks, as OpenTelemetry's conventions for databases name it. */
  constructor(
    private readonly store: TaskRepository,
    private readonly tracer: Tracer,
    private readonly system: string,
  ) {
    super();
  }

  override add(task: Task): Promise<void> {
    return this.#traced('add', () => this.store.add(task));
  }

  override listByUser(userId: string): Promise<Task[]> {
    return this.#traced('listByUser', () => this.store.listByUser(userId));
  }

  override pageByUser(userId: string, limit: number, after?: TaskPosition): Promise<Task[]> {
    return this.#traced('pageByUser', () => this.store.pageByUser(userId, limit, after));
  }

  override update(id: string, userId: string, changes: TaskChanges): Promise<Task | undefined> {
    return this.#traced('update', () => this.store.update(id, userId, changes));
  }

  override remove(id: string, userId: string): Promise<boolean> {
    return this.#traced('remove', () => this.store.remove(id, userId));
  }

  async #traced<Result>(operation: string, run: () => Promise<Result>): Promise<Result> {
    // Nobody would see it under a call that is left out.
    if (trace.getActiveSpan()?.isRecording() === false) return run();
    const span = this.tracer.startSpan(`${operation} ${COLLECTION}`, this.#optionsOf(operation));
    try {
      return await run();
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  #optionsOf(operation: string): SpanOptions {
    let options = this.#options.get(operation);
    if (options === undefined) {
      options = {
        // Only MongoDB is on the other side of a network.
        kind: this.system === 'mongodb' ? SpanKind.CLIENT : SpanKind.INTERNAL,
        attributes: {
          [ATTR_DB_SYSTEM_NAME]: this.system,
          [ATTR_DB_COLLECTION_NAME]: COLLECTION,
          [ATTR_DB_OPERATION_NAME]: operation,
        },
      };
      this.#options.set(operation, options);
    }
    return options;
  }
}

function fail(span: Span, error: unknown): void {
  const { name, message } = error instanceof Error ? error : { name: typeof error, message: String(error) };
  span.setAttribute(ATTR_ERROR_TYPE, name);
  span.setStatus({ code: SpanStatusCode.ERROR, message: withoutCredentials(message) });
}
