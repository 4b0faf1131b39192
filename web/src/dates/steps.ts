/** A line of a note that is a step, as the service counts them: `- [ ] milk`. */
const STEP = /^([ \t]*[-*+] \[)([ xX])(\])(?=\s|$)[ \t]?(.*)$/;

export interface Step {
  /** Its line in the note, from 0. */
  readonly line: number;
  readonly text: string;
  readonly done: boolean;
}

/** Returns the steps of a note, in their order. */
export function stepsOf(note: string): Step[] {
  const steps: Step[] = [];
  for (const [line, content] of note.split('\n').entries()) {
    const [, , mark, , text] = STEP.exec(content) ?? [];
    if (mark !== undefined) steps.push({ line, text: (text ?? '').trim(), done: mark !== ' ' });
  }
  return steps;
}

/** Returns the note without its steps: the text that people write. */
export function textOf(note: string): string {
  return note
    .split('\n')
    .filter((line) => !STEP.test(line))
    .join('\n')
    .trim();
}

/** Returns the note with another text and the same steps, which follow the text after an empty line. */
export function withText(note: string, text: string): string {
  const steps = note.split('\n').filter((line) => STEP.test(line));
  return [text, steps.join('\n')].filter((part) => part !== '').join('\n\n');
}

/** Returns the note with the step of that line done, or open again. */
export function withStepDone(note: string, line: number, done: boolean): string {
  return changed(note, line, (content) =>
    content.replace(
      STEP,
      (_, start: string, __, end: string, text: string) => `${start}${done ? 'x' : ' '}${end} ${text}`,
    ),
  );
}

/** Returns the note with another text of a step; without that step for an empty one. */
export function withStepText(note: string, line: number, text: string): string {
  if (text.trim() === '') return withoutStep(note, line);
  return changed(note, line, (content) =>
    content.replace(STEP, (_, start: string, mark: string, end: string) => `${start}${mark}${end} ${text.trim()}`),
  );
}

export function withoutStep(note: string, line: number): string {
  return note.split('\n').toSpliced(line, 1).join('\n').trim();
}

/** Returns the note with a new step after the last one. */
export function withNewStep(note: string, text: string): string {
  const added = `- [ ] ${text.trim()}`;
  const last = stepsOf(note).at(-1)?.line;
  if (last !== undefined)
    return note
      .split('\n')
      .toSpliced(last + 1, 0, added)
      .join('\n');
  return note.trim() === '' ? added : `${note.trimEnd()}\n\n${added}`;
}

function changed(note: string, line: number, change: (content: string) => string): string {
  return note
    .split('\n')
    .map((content, place) => (place === line ? change(content) : content))
    .join('\n');
}
