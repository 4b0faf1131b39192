import type { Socket } from 'node:net';
import { Controller, Get, HttpCode, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ImportTasks } from '../../application/imports/import-tasks.js';
import {
  type FileEntry,
  isRejected,
  REJECTION_CODES,
  type RejectedLine,
} from '../../application/imports/imported-task.js';
import { tasksOfLines, tasksOfMarkdown } from '../../application/imports/line-tasks.js';
import type { SessionPrincipal } from '../../domain/principal.js';
import { tasksOfCsv } from './csv-tasks.js';
import { EXPORT_FORMATS, ListExports } from './list-exports.js';
import { OneListParams } from './lists.schemas.js';
import { Operation } from './operation.js';
import { CurrentAuthentication, CurrentSession, type Authentication } from './principal.js';
import { Problem } from './problem.js';
import { RunningFiles } from './running-files.js';
import { ImportedTask } from './tasks.schemas.js';
import { booleanText } from './text.schemas.js';
import { toErrors } from './validation.pipe.js';

const ImportQuery = z.strictObject({
  dryRun: booleanText.optional().meta({ wire: { type: 'boolean', description: 'Report only, and add nothing.' } }),
});
type ImportQuery = z.infer<typeof ImportQuery>;

const ExportQuery = z.strictObject({ format: z.enum(EXPORT_FORMATS).default('json') });
type ExportQuery = z.infer<typeof ExportQuery>;

const TaskFile = z
  .object({
    tasks: z.array(z.unknown()),
    lists: z.array(z.object({ tasks: z.array(z.unknown()).optional() })).optional(),
  })
  .meta({ description: 'An export of a list, or of an account, of which the tasks of all lists are added.' });

const ImportReportBody = z
  .object({
    added: z.int().min(0),
    present: z.int().min(0).describe('Tasks that an earlier import of the same content had added.'),
    rejected: z
      .array(
        z.object({
          line: z.int().min(0),
          code: z.enum(REJECTION_CODES),
          field: z.string().optional().describe('The field that breaks a rule, where `code` is `invalid`.'),
          reason: z.string().describe('In English.'),
        }),
      )
      .describe('What was not imported. Of JSON, `line` is the number of the task.'),
  })
  .meta({ id: 'ImportReport' });

/** Reads a text as a file of tasks, by its media type. */
const TEXT_READERS: Readonly<Record<string, (text: string) => Iterable<FileEntry>>> = {
  'text/csv': tasksOfCsv,
  'text/markdown': tasksOfMarkdown,
  'text/plain': tasksOfLines,
};

/** Lists as files. */
@Controller('lists/:list')
export class ListFilesController {
  readonly #imports: ImportTasks;
  readonly #exports: ListExports;
  readonly #running: RunningFiles;

  constructor(imports: ImportTasks, exports: ListExports, running: RunningFiles) {
    this.#imports = imports;
    this.#exports = exports;
    this.#running = running;
  }

  @Post('import')
  @HttpCode(200)
  @Operation({
    id: 'importTasks',
    summary: 'Add the tasks of a file to a list',
    access: 'session',
    bodies: {
      'text/csv': z.string().describe("Todoist's CSV, or an export of a list."),
      'text/markdown': z.string().describe('List items, with or without boxes; what is indented below is a note.'),
      'text/plain': z.string().describe('A task on each line.'),
      'application/json': TaskFile,
    },
    answers: {
      200: { description: 'Repeating the import adds what is missing, and nothing twice.', schema: ImportReportBody },
    },
    problems: ['not-found', 'role-too-low', 'read-only', 'invalid', 'tasks-failed', 'timeout'],
  })
  import(
    @CurrentSession() principal: SessionPrincipal,
    @CurrentAuthentication() { repeat }: Authentication,
    @Param({ schema: OneListParams }) { list }: OneListParams,
    @Query({ schema: ImportQuery }) { dryRun = false }: ImportQuery,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const entries = entriesOf(request);
    return this.#running.run(principal.accountId, () =>
      withoutStallLimit(request.socket, () =>
        this.#imports.execute({ principal, repeat, list, entries, isDryRun: dryRun }),
      ),
    );
  }

  @Get('export')
  @Operation({
    id: 'exportList',
    summary: 'Download the tasks of a list as a file',
    access: 'tasks:read',
    answers: {
      200: {
        description:
          'JSON without `"complete": true` at its end is incomplete, and so is any file whose connection broke: the ' +
          'session or the membership ended, tasks could not be read, or it took more than 120 s.',
        schema: z.looseObject({ complete: z.literal(true) }),
        others: { 'text/csv': z.string(), 'text/markdown': z.string() },
      },
    },
  })
  async export(
    @CurrentAuthentication() authentication: Authentication,
    @Param({ schema: OneListParams }) { list }: OneListParams,
    @Query({ schema: ExportQuery }) { format }: ExportQuery,
  ): Promise<StreamableFile> {
    const { accountId } = authentication.principal;
    const end = this.#running.begin(accountId);
    try {
      const { stream, type } = await this.#exports.open(authentication, list, format);
      stream.once('close', end);
      const name = `list-${new Date().toISOString().slice(0, 10)}.${format}`;
      return new StreamableFile(stream, { type, disposition: `attachment; filename="${name}"` });
    } catch (error) {
      end();
      throw error;
    }
  }
}

/** Keeps the connection while nothing is sent in either direction: an import has a time limit of its own. */
async function withoutStallLimit<Result>(socket: Socket, act: () => Promise<Result>): Promise<Result> {
  const { timeout = 0 } = socket;
  socket.setTimeout(0);
  try {
    return await act();
  } finally {
    socket.setTimeout(timeout);
  }
}

function entriesOf({ body, headers }: FastifyRequest): Iterable<FileEntry> {
  const mediaType = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const read = TEXT_READERS[mediaType];
  if (typeof body === 'string' && read) return withRules(read(body));
  const file = TaskFile.safeParse(body);
  if (!file.success) {
    throw new Problem('invalid', 'The body must be a file of tasks: CSV, Markdown, plain text, or JSON with "tasks".', {
      errors: toErrors(file.error.issues, 'body', body),
    });
  }
  const { tasks, lists = [] } = file.data;
  return entriesOfJson([...tasks, ...lists.flatMap((list) => list.tasks ?? [])]);
}

function* entriesOfJson(tasks: readonly unknown[]): Generator<FileEntry> {
  for (const [n, value] of tasks.entries()) {
    const line = n + 1;
    const { success, data: task, error } = ImportedTask.safeParse(value);
    // Of what is known alone: an unknown member may be nested too deep to be written.
    if (success) yield { line, content: JSON.stringify(task), task: withoutId(task) };
    else yield { line, ...rejectionOf(error, value) };
  }
}

/** Tasks of texts keep the same rules as those of JSON. */
function* withRules(entries: Iterable<FileEntry>): Generator<FileEntry> {
  for (const entry of entries) {
    const task = entry && !isRejected(entry) ? entry.task : undefined;
    const error = task && ImportedTask.safeParse(task).error;
    yield entry && error ? { line: entry.line, ...rejectionOf(error, task) } : entry;
  }
}

function rejectionOf({ issues }: z.ZodError, task: unknown): Omit<RejectedLine, 'line'> {
  const field = issues[0]?.path[0];
  const reason = toErrors(issues, 'body', task)
    .map(({ pointer, detail }) => (pointer === '' ? detail : `${pointer.slice(1)}: ${detail}`))
    .join('; ');
  return { code: 'invalid', ...(typeof field === 'string' && { field }), reason };
}

/** The id in the file only tells equal tasks apart. */
function withoutId({ id: _, ...task }: ImportedTask): Omit<ImportedTask, 'id'> {
  return task;
}
