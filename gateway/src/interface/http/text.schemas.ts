import { z, type ZodString } from 'zod';
import { MAX_LIFETIME_DAYS } from '../../domain/expiry.js';

const wellFormed = (text: string): boolean => text.isWellFormed();
const WELL_FORMED = { error: 'must not have lone surrogates', params: { code: 'surrogate' } };

// Ranges rather than categories of Unicode, so that every regular expression dialect can use the pattern in the
// document.
/** Control characters other than tab and line ends: terminals interpret them, and they are invisible. */
const CONTROLS = String.raw`\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f`;
/** Control characters, white space and characters without a glyph: a name of only these is invisible. */
const INVISIBLE =
  String.raw`\u034f\u17b4\u17b5\u180b-\u180d\u180f\ufe00-\ufe0f` +
  String.raw`\u0000-\u0020\u007f-\u00a0\u00ad\u061c\u115f\u1160\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f` +
  String.raw`\u3000\u3164\ufeff\uffa0\ufff9-\ufffb`;
const HAS_CONTROLS = new RegExp(`[${CONTROLS}]`);
const HAS_VISIBLE = new RegExp(`[^${INVISIBLE}]`);

/** Text of at most `max` UTF-16 units without control characters other than tab and line ends; may be empty. */
export function plainText(max: number): ZodString {
  return z
    .string()
    .max(max, `must have at most ${String(max)} characters`)
    .refine(wellFormed, WELL_FORMED)
    .refine((text) => !HAS_CONTROLS.test(text), {
      error: 'must not have control characters other than tab and line ends',
      params: { code: 'control-character' },
    })
    .meta({ pattern: `^[^${CONTROLS}]*$` });
}

/** A name of at most `max` UTF-16 units, which people can see. */
export function visibleName(max: number): ZodString {
  return plainText(max)
    .min(1, 'must not be empty')
    .refine((name) => name === '' || HAS_CONTROLS.test(name) || HAS_VISIBLE.test(name), {
      error: 'must have a visible character',
      params: { code: 'empty' },
    })
    .meta({
      description:
        'Stored unchanged. Needs a visible character; control characters other than tab and line ends are rejected.',
      pattern: `^[^${CONTROLS}]*[^${INVISIBLE}][^${CONTROLS}]*$`,
    });
}

/** An id of 128 random bits. */
export const RandomId = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hexadecimal digits');

/** When a new token or invitation ends; the domain checks that it is within its limits. */
export const ExpiresAt = z.iso
  .datetime({
    offset: true,
    error: `must be a date and time such as 2026-12-31T23:59:59Z, at most ${String(MAX_LIFETIME_DAYS)} days from now`,
  })
  .describe(`At most ${String(MAX_LIFETIME_DAYS)} days from now.`);

/** A search text of at most `max` UTF-16 units. */
export function searchText(max: number): ZodString {
  return z
    .string()
    .max(max, `must have at most ${String(max)} characters`)
    .refine(wellFormed, WELL_FORMED);
}

/** Text of a query that is `true` or `false`. */
export const booleanText = z.enum(['true', 'false']).transform((text) => text === 'true');
