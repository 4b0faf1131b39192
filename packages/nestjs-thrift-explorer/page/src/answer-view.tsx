import { useState } from 'preact/hooks';
import type { CallAnswer, MethodDescription } from '../../src/description.js';
import { CopyButton } from './copy-button.js';
import type { CallState } from './draft.js';
import { textOf } from './json-text.js';
import { hashOfType } from './route.js';

/** Characters of an answer that are shown at first: browsers take long for megabytes of text. */
const SHOWN_CHARACTERS = 50_000;

/** How the last call ended. */
export function AnswerView({ method, state }: { method: MethodDescription; state: CallState }) {
  return (
    <div class="answer">
      <div role="status">
        {state.kind === 'running' && <p class="hint">Waiting for the answer …</p>}
        {state.kind === 'rejected' && <p class="problem">{state.message}</p>}
        {state.kind === 'answered' && <Outcome method={method} answer={state.answer} />}
      </div>
      {state.kind === 'answered' && <Details method={method} answer={state.answer} />}
    </div>
  );
}

interface AnswerProps {
  method: MethodDescription;
  answer: CallAnswer;
}

/** In a few words, which screen readers say. */
function Outcome({ method, answer }: AnswerProps) {
  const { outcome, name, message, executed, durationMs } = answer;
  return (
    <>
      <p class={`outcome is-${outcome}`}>
        <strong>
          {outcome === 'value' ? 'OK' : outcome === 'exception' ? <a href={hashOfType(name ?? '')}>{name}</a> : name}
        </strong>
        <span class="timing">{formatted(durationMs)} ms</span>
      </p>
      {outcome === 'error' && <p class="problem">{message}</p>}
      {executed === 'maybe' && <p class="hint">The call may have run.</p>}
      {executed === 'no' && <p class="hint">The call was not run.</p>}
      {outcome === 'value' && method.returns === undefined && (
        <p class="hint">{method.isOneway ? 'Sent. A oneway call has no reply.' : 'void'}</p>
      )}
    </>
  );
}

function Details({ method, answer: { outcome, value, headers } }: AnswerProps) {
  const hasValue = outcome === 'exception' || (outcome === 'value' && method.returns !== undefined);
  const names = Object.keys(headers);
  return (
    <>
      {hasValue && <Value text={textOf(value ?? null)} />}
      {names.length > 0 && (
        <details class="settings">
          <summary>Headers of the reply</summary>
          <dl class="reply-headers">
            {names.map((header) => (
              <div key={header}>
                <dt>{header}</dt>
                <dd>{headers[header]}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}

function Value({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false);
  const isCut = text.length > SHOWN_CHARACTERS && !isWhole;
  return (
    <>
      <pre class="value" tabIndex={0} aria-label="Answer">
        {isCut ? text.slice(0, SHOWN_CHARACTERS) : text}
      </pre>
      <div class="row">
        <CopyButton label="Copy answer" text={() => text} />
        <span class="timing">{text.length.toLocaleString('en')} characters</span>
        {isCut && (
          <button
            type="button"
            class="button quiet"
            onClick={() => {
              setWhole(true);
            }}
          >
            Show all
          </button>
        )}
      </div>
    </>
  );
}

function formatted(milliseconds: number): string {
  return milliseconds.toFixed(milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0);
}
