import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ValidationPipe } from '../../../src/interface/http/validation.pipe.js';

/** What the pipe answers for a body that breaks the schema. */
async function rejection(schema: z.ZodType, body: unknown): Promise<unknown> {
  return new ValidationPipe().transform(body, { type: 'body', schema }).catch((error: unknown) => error);
}

describe('ValidationPipe', () => {
  it.each([
    [z.int(), 1.5, 'a whole number'],
    [z.int(), 'x', 'a number'],
    [z.number(), 'x', 'a number'],
    [z.boolean(), 'x', 'true or false'],
    [z.array(z.string()), 'x', 'an array'],
    [z.record(z.string(), z.string()), 'x', 'an object'],
    [z.tuple([z.string()]), 'x', 'an array'],
    [z.null(), 'x', 'null'],
  ])('names the type in plain words (%#)', async (schema, body, words) => {
    expect(await rejection(schema, body)).toMatchObject({ detail: `body: must be ${words}.` });
  });

  it.each([
    [z.string().min(1), '', 'must have at least 1 character'],
    [z.string().max(3), 'long', 'must have at most 3 characters'],
    [z.string().length(3), 'long', 'must have exactly 3 characters'],
    [z.array(z.string()).min(1), [], 'must have at least 1 item'],
    [z.array(z.string()).max(2), ['a', 'b', 'c'], 'must have at most 2 items'],
    [z.int().min(1), 0, 'must be at least 1'],
    [z.int().max(50), 51, 'must be at most 50'],
    [z.iso.datetime(), 'x', 'must be a date and time such as 2026-12-31T23:59:59.000Z'],
    [z.union([z.literal('all'), z.array(z.string())]), 'ALL', 'must be "all" or an array'],
  ])('says a limit, a format or alternatives in plain words (%#)', async (schema, body, words) => {
    expect(await rejection(schema, body)).toMatchObject({ detail: `body: ${words}.` });
  });

  it('reports the path inside the alternative of the same type', async () => {
    const schema = z.object({ lists: z.union([z.literal('all'), z.array(z.string())]) });
    expect(await rejection(schema, { lists: ['x', 5] })).toMatchObject({ detail: 'body /lists/1: must be a string.' });
  });

  it('names the values that tell alternatives apart', async () => {
    const kinds = [z.object({ op: z.literal('add') }), z.object({ op: z.literal('remove') })] as const;
    expect(await rejection(z.discriminatedUnion('op', kinds), { op: 'x' })).toMatchObject({
      detail: 'body /op: must be one of "add", "remove".',
    });
  });

  it.each([
    [z.object({ when: z.string() }), 'body /when: is missing, it must be a string.'],
    [z.object({ when: z.iso.datetime('must be a date') }), 'body /when: is missing, it must be a date.'],
    [z.object({ when: z.literal('now') }), 'body /when: is missing, it must be "now".'],
    [z.object({ when: z.enum(['now', 'then']) }), 'body /when: is missing, it must be one of "now", "then".'],
  ])('says that a member is missing (%#)', async (schema, detail) => {
    expect(await rejection(schema, {})).toMatchObject({ detail });
    expect(await rejection(schema, { when: 7 })).toMatchObject({ detail: detail.replace('is missing, it ', '') });
  });

  it('keeps the message of the schema', async () => {
    const schema = z.int('must be a year');
    expect(await rejection(schema, 1.5)).toMatchObject({ detail: 'body: must be a year.' });
    expect(await rejection(schema, 'x')).toMatchObject({ detail: 'body: must be a year.' });
  });
});
