import { useRef, useState } from 'preact/hooks';
import type { Json, MethodDescription } from '../../src/description.js';
import { AnswerView } from './answer-view.js';
import { sendCall } from './api.js';
import { thriftcallCommand } from './command.js';
import type { Contract } from './contract.js';
import { CopyButton } from './copy-button.js';
import { DEFAULT_TIMEOUT_MS, type Draft } from './draft.js';
import { parseHeaders } from './headers-text.js';
import { textOf } from './json-text.js';
import { hashOfMethod } from './route.js';
import { FieldsForm } from './value-form.js';

interface CallPanelProps {
  contract: Contract;
  service: string;
  method: MethodDescription;
  draft: Draft;
}

/** The form of a call, and its answer. */
export function CallPanel({ contract, service, method, draft }: CallPanelProps) {
  const [isJson, setJson] = useState(false);
  const running = useRef<AbortController>(undefined);
  const { isReadOnly, target } = contract.description;
  const { args, headers, timeoutMs, state } = draft;
  const parsed = parse(args.value);

  const setArguments = (text: string): void => {
    args.value = text;
    draft.save();
  };
  const call = async (): Promise<void> => {
    if (isReadOnly || state.value.kind === 'running') return;
    const given = parseHeaders(headers.value);
    if ('problem' in parsed)
      state.value = { kind: 'rejected', message: `The arguments are not JSON: ${parsed.problem}` };
    else if (given === undefined)
      state.value = { kind: 'rejected', message: 'Each header must be a line "name: value".' };
    else {
      draft.saveCall();
      running.current = new AbortController();
      state.value = { kind: 'running' };
      const request = {
        service,
        method: method.name,
        args: parsed.value,
        headers: given,
        timeoutMs: Number(timeoutMs.value),
      };
      try {
        state.value = { kind: 'answered', answer: await sendCall(request, running.current.signal) };
      } catch (error) {
        state.value = { kind: 'rejected', message: (error as Error).message };
      }
    }
  };
  const command = (): string =>
    thriftcallCommand({
      target,
      service,
      method: method.name,
      args: args.value,
      headers: parseHeaders(headers.value) ?? {},
      timeoutMs: Number(timeoutMs.value),
    });
  const permalink = (): string =>
    new URL(
      hashOfMethod(service, method.name, {
        args: 'problem' in parsed ? args.value : textOf(parsed.value, 0),
        ...(timeoutMs.value !== DEFAULT_TIMEOUT_MS && { timeoutMs: timeoutMs.value }),
      }),
      location.href,
    ).href;

  return (
    <form
      class="card call"
      aria-label={`Call ${method.name}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void call();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          void call();
        }
      }}
    >
      <div class="call-head">
        <h2>Call</h2>
        {method.args.length > 0 && (
          <div class="switch" role="group" aria-label="Arguments as">
            {[false, true].map((json) => (
              <button
                key={String(json)}
                type="button"
                aria-pressed={isJson === json}
                onClick={() => {
                  if (json && 'value' in parsed) setArguments(textOf(parsed.value));
                  setJson(json);
                }}
              >
                {json ? 'JSON' : 'Form'}
              </button>
            ))}
          </div>
        )}
      </div>
      {method.args.length === 0 && <p class="hint">It has no arguments.</p>}
      {method.args.length > 0 && isJson && (
        <textarea
          class="json"
          aria-label="Arguments as JSON"
          spellcheck={false}
          rows={Math.min(24, args.value.split('\n').length + 1)}
          value={args.value}
          onInput={(event) => {
            setArguments(event.currentTarget.value);
          }}
        />
      )}
      {method.args.length > 0 && !isJson && 'problem' in parsed && (
        <p class="problem">The arguments are not JSON: {parsed.problem}</p>
      )}
      {method.args.length > 0 && !isJson && 'value' in parsed && (
        <FieldsForm
          contract={contract}
          fields={method.args}
          value={parsed.value}
          onChange={(value) => {
            setArguments(textOf(value));
          }}
        />
      )}
      {method.args.length > 0 && (
        <div class="row">
          <button
            type="button"
            class="button quiet"
            onClick={() => {
              setArguments(textOf(method.example));
            }}
          >
            Fill in an example
          </button>
          <button
            type="button"
            class="button quiet"
            onClick={() => {
              setArguments(textOf(contract.initialArguments(method)));
            }}
          >
            Reset
          </button>
        </div>
      )}
      <details class="settings">
        <summary>Deadline and headers</summary>
        <label>
          Deadline in milliseconds
          <input
            inputMode="numeric"
            value={timeoutMs.value}
            onInput={(event) => {
              timeoutMs.value = event.currentTarget.value;
              draft.save();
            }}
          />
        </label>
        <label>
          Headers, one per line
          <textarea
            rows={2}
            placeholder="name: value"
            spellcheck={false}
            value={headers.value}
            onInput={(event) => {
              headers.value = event.currentTarget.value;
              draft.save();
            }}
          />
        </label>
      </details>
      <div class="row">
        {state.value.kind === 'running' ? (
          <button
            key="cancel"
            type="button"
            class="button"
            onClick={() => {
              running.current?.abort();
            }}
          >
            Cancel
          </button>
        ) : (
          <button key="call" type="submit" class="button primary" disabled={isReadOnly}>
            Call {method.name}
          </button>
        )}
        <CopyButton label="Copy as thriftcall" text={command} />
        <CopyButton label="Copy link" text={permalink} />
      </div>
      {isReadOnly && <p class="hint">This explorer is read-only: it makes no calls.</p>}
      <AnswerView method={method} state={state.value} />
    </form>
  );
}

type Parsed = { readonly value: Json } | { readonly problem: string };

function parse(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
