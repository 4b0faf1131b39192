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
