import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { BATCH_MAX_TASKS } from '@tasks/idl';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { BatchTasks, type BatchOperation, type BatchResult } from '../../application/tasks/batch.js';
import type { Principal } from '../../domain/principal.js';
import { CurrentClient, type Client } from './client.js';
import { Operation } from './operation.js';
import { CurrentPrincipal } from './principal.js';
import { Problem, type ProblemBody } from './problem.js';
import { ProblemLog } from './problem-log.js';
import { RequestLimits } from './request-limits.js';
import {
  EditedTaskBody,
  ListId,
  NewTask,
  TaskId,
  TaskPatch,
  toEdit,
  toEditedTaskBody,
  toTaskBody,
} from './tasks.schemas.js';
import { toProblem } from './to-problem.js';
import { nowOf } from './wall-clock.js';

/** Number of operations that count as one request. */
const OPERATIONS_PER_REQUEST = 10;

const place = { id: TaskId, list: ListId.optional().describe('Default: the first list.') };

const OperationBody = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('insert'), ...NewTask.shape, ...place }),
  z.strictObject({ op: z.literal('edit'), ...TaskPatch.shape, ...place }),
  z.strictObject({ op: z.literal('move'), ...place, to: ListId.describe('The list to move it to.') }),
  z.strictObject({ op: z.literal('remove'), ...place }),
]);
type OperationBody = z.infer<typeof OperationBody>;

const BatchBody = z
  .strictObject({ operations: z.array(OperationBody).min(1).max(BATCH_MAX_TASKS) })
  .meta({ id: 'Batch', description: 'Changes of tasks, made in this order. All are safe to repeat.' });
type BatchBody = z.infer<typeof BatchBody>;

const ResultBody = z
  .object({
    status: z.int().describe('What the request for this operation alone would have been answered with.'),
    task: EditedTaskBody.optional(),
    problem: z.object({ type: z.string(), title: z.string(), detail: z.string(), instance: z.string() }).optional(),
  })
  .meta({ id: 'BatchResult' });

const ResultsBody = z.object({ results: z.array(ResultBody) }).meta({ id: 'BatchResults' });

/** Several changes in one request. */
@Controller('batch')
export class BatchController {
  readonly #batch: BatchTasks;
  readonly #limits: RequestLimits;
  readonly #log: ProblemLog;

  constructor(batch: BatchTasks, limits: RequestLimits, log: ProblemLog) {
    this.#batch = batch;
    this.#limits = limits;
    this.#log = log;
  }

  @Post()
  @HttpCode(200)
  @Operation({
    id: 'changeTasks',
    summary: 'Add, change, move and remove tasks, also of several lists',
    access: 'tasks:write',
    answers: {
      200: {
        description:
          'One result for each operation, in the same order. After a failure with a status from 500 on, later ' +
          'operations on the same task are not begun: 424.',
        schema: ResultsBody,
      },
    },
  })
  async change(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: BatchBody }) { operations }: BatchBody,
    @CurrentClient() { address }: Client,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    // The request itself is counted already.
    const more = Math.ceil(operations.length / OPERATIONS_PER_REQUEST) - 1;
    if (more > 0) {
      await this.#limits.countAddress(address, more);
      await this.#limits.countAccount(principal.accountId, more);
    }
    const now = nowOf(principal);
    const results = await this.#batch.execute(
      principal,
      operations.map((operation) => toOperation(operation, now)),
    );
    // Operations of one call fail together: once in the log, under one instance.
    const failures = new Map<unknown, object>();
    const failureOf = (error: unknown): object => {
      const known = failures.get(error);
      if (known) return known;
      const problem = toProblem(error);
      const body = problem.toBody();
      this.#log.report(problem, body, request);
      const failure = toFailedBody(body);
      failures.set(error, failure);
      return failure;
    };
    return { results: results.map((result) => toResultBody(result, failureOf)) };
  }
}

function toOperation(operation: OperationBody, now: string | undefined): BatchOperation {
  switch (operation.op) {
    case 'insert': {
      const { op, list, id, ...fields } = operation;
      return { op, list, id, task: { id, ...fields } };
    }
    case 'edit': {
      const { op, list, id, ...changes } = operation;
      return { op, list, id, edit: { now, ...toEdit(changes) } };
    }
    case 'move':
    case 'remove':
      return operation;
  }
}

function toResultBody(result: BatchResult, failureOf: (error: unknown) => object): object {
  switch (result.outcome) {
    case 'inserted':
      return { status: result.isNew ? 201 : 200, task: toTaskBody(result.task) };
    case 'edited':
      return { status: 200, task: toEditedTaskBody(result) };
    case 'moved':
      return { status: 200, task: toTaskBody(result.task) };
    case 'removed':
      return { status: 204 };
    case 'rejected':
      return failureOf(result.error);
    case 'skipped':
      return toFailedBody(
        new Problem(
          'failed-dependency',
          'An earlier operation on this task failed, and may have been executed: repeat both.',
        ).toBody(),
      );
  }
}

function toFailedBody({ status, ...problem }: ProblemBody): object {
  return { status, problem };
}
