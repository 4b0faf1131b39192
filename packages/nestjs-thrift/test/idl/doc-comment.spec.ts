import { describe, expect, it } from '@jest/globals';
import { parseSchema } from '../../src/idl/load-schema.js';
import { found } from './parsing.js';

function docOf(comment: string): string | undefined {
  return found(parseSchema(`${comment}\ntypedef i32 T`).typedefs.get('T')).doc;
}

describe('doc comments are cleaned as Apache cleans them', () => {
  it.each<[string, string, string | undefined]>([
    ['one line', '/** A task. */', 'A task.'],
    ['stars', '/**\n * One\n * two.\n */', 'One\ntwo.'],
    ['carriage returns', '/**\r\n * One\r\n * two.\r\n */', 'One\ntwo.'],
    ['a text on the last line', '/**\n * One\n * two. */', 'One\ntwo.'],
    ['a text on the first line', '/** One\n *   two\n * three */', 'One\n  two\nthree'],
    ['an indented title', '/**\n *    TITLE\n * Text.\n */', '   TITLE\nText.'],
    ['an indented comment', '    /**\n     * One\n     *   two\n     */', 'One\n  two'],
    ['blank lines inside', '/**\n * One\n *\n * \n * two\n */', 'One\n\n\ntwo'],
    ['stars in different columns', '/** One\n * two\n  * three */', 'One\n* two\n * three'],
    ['stars at the left', '/**\n* One\n* two\n*/', 'One\ntwo'],
    ['no stars', '/**\n  One\n    two\n  */', 'One\n  two'],
    ['white space at the ends of lines', '/** One   \ntwo\t\nthree   */', 'One\ntwo\nthree'],
    ['nothing but stars', '/**\n*\n*\n*/', undefined],
    ['nothing', '/** */', undefined],
    ['a star before the end', '/** One **/', 'One *'],
  ])('%s', (_, comment, doc) => {
    expect(docOf(comment)).toBe(doc);
  });

  it('are attached to the next definition', () => {
    const schema = parseSchema(`
      /** The file. */
      namespace * x
      /** An enum. */ enum E { /** A. */ A = 1, B, /** C. */ C }
      /** A struct. */ struct S { /** One. */ 1: i32 one /** Two. */ 2: i32 two; 3: i32 three }
      /** An error. */ exception X { /** Why. */ 1: string why }
      /** A constant. */ const i32 K = 1
      /** A service. */ service V {
        /** A call. */ void call(/** An argument. */ 1: i32 a) throws (/** A rejection. */ 1: X x),
        void other()
      }
      struct Plain {}
    `);
    expect(schema.enums.get('E')).toMatchObject({ doc: 'An enum.' });
    expect([...found(schema.enums.get('E')).valueDocs]).toEqual([
      ['A', 'A.'],
      ['C', 'C.'],
    ]);
    expect(schema.structs.get('S')).toMatchObject({
      doc: 'A struct.',
      fields: [{ doc: 'One.' }, { doc: 'Two.' }, { doc: undefined }],
    });
    expect(schema.structs.get('X')).toMatchObject({ doc: 'An error.', fields: [{ doc: 'Why.' }] });
    expect(schema.constants.get('K')).toMatchObject({ doc: 'A constant.' });
    const service = found(schema.services.get('V'));
    expect(service.doc).toBe('A service.');
    expect(service.methods.get('call')).toMatchObject({
      doc: 'A call.',
      args: { fields: [{ doc: 'An argument.' }] },
      throws: [{ doc: 'A rejection.' }],
    });
    expect(service.methods.get('other')).toMatchObject({ doc: undefined });
    expect(schema.structs.get('Plain')).toMatchObject({ doc: undefined });
  });
});
