interface TokenBase {
  /** The token as it stands in the text; `end of file` at the end. */
  readonly text: string;
  readonly offset: number;
  /** Where the text goes on after it. */
  readonly end: number;
  /** The inside of the last doc comment in front of it, if there is one. */
  doc?: string | undefined;
}

/** A token of the IDL. */
export type Token = TokenBase &
  (
    | { readonly kind: 'identifier' | 'keyword' | 'symbol' | 'end' }
    | { readonly kind: 'bool'; readonly value: boolean }
    | { readonly kind: 'int'; readonly value: bigint }
    | { readonly kind: 'double'; readonly value: number }
    | { readonly kind: 'literal'; readonly value: string }
  );

/** Whether there is a character that can start a name. */
export function isLetter(character: string | undefined): boolean {
  if (character === undefined) return false;
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || character === '_';
}

/** Whether there is a character that is a decimal digit. */
export function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

/** Whether there is a character that can go on a name. */
export function isNamePart(character: string | undefined): boolean {
  return isLetter(character) || isDigit(character);
}
