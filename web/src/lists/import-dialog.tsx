import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { List } from '../api/lists-api.js';
import { SharingApi, type ImportReport } from '../api/sharing-api.js';
import { useOpenAccount, useTexts, useTextsOf } from '../ui/context.js';
import { Dialog } from '../ui/dialog.js';
import { useAttempt } from './attempt.js';
import { listTexts } from './texts.js';

const MAX_BYTES = 5 * 1_048_576;
/** Number of rejected lines that are shown. */
const SHOWN_LINES = 100;

const TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  md: 'text/markdown',
  markdown: 'text/markdown',
  json: 'application/json',
};

/** A file, and what the server would do with it or has done. */
interface Checked {
  readonly file: Blob;
  readonly report: ImportReport;
  readonly isDone: boolean;
}

/** Adds the tasks of a file to a list, after a report of what would be added. */
export function ImportDialog({ list, onClose }: { list: List; onClose: () => void }) {
  const { http, lists } = useOpenAccount().workspace;
  const sharing = new SharingApi(http);
  const texts = useTextsOf(listTexts);
  const shared = useTexts();
  const { run, isRunning, problem } = useAttempt();
  const [checked, setChecked] = useState<Checked>();
  const [isTooLarge, setTooLarge] = useState(false);
  const status = useRef<HTMLParagraphElement>(null);
  useLayoutEffect(() => {
    if (checked) status.current?.focus();
  }, [checked]);
  const check = (chosen: File | undefined): Promise<void> =>
    run(async () => {
      setChecked(undefined);
      setTooLarge(chosen !== undefined && chosen.size > MAX_BYTES);
      if (chosen === undefined || chosen.size > MAX_BYTES) return;
      const ending = chosen.name.toLowerCase().split('.').pop() ?? '';
      const file = new Blob([await chosen.arrayBuffer()], { type: TYPES[ending] ?? 'text/plain' });
      setChecked({ file, report: await sharing.import(list.id, file, true), isDone: false });
    });
  const send = ({ file }: Checked): Promise<void> =>
    run(async () => {
      setChecked({ file, report: await sharing.import(list.id, file, false), isDone: true });
      lists.refreshSoon();
    });
  const canImport = checked !== undefined && !checked.isDone && checked.report.added > 0;
  return (
    <Dialog title={texts.importTitle(lists.nameOf(list))} onClose={onClose}>
      <p>{texts.importText}</p>
      {checked?.isDone !== true && (
        <label class="field">
          <span class="label">{texts.file}</span>
          <input
            type="file"
            accept=".csv,.md,.markdown,.txt,.json,text/csv,text/markdown,text/plain,application/json"
            onChange={(event) => void check(event.currentTarget.files?.[0])}
          />
        </label>
      )}
      <div role="status">
        {isRunning && (
          <p class="import-progress">
            <progress aria-label={checked ? texts.importing : texts.checking} />
            {checked ? texts.importing : texts.checking}
          </p>
        )}
      </div>
      {checked && !isRunning && <Report checked={checked} statusRef={status} />}
      <div role="alert">
        {(problem !== undefined || isTooLarge) && <p class="form-error">{problem ?? texts.tooLarge}</p>}
      </div>
      <div class="dialog-buttons">
        {canImport && (
          <button type="button" class="button primary" aria-disabled={isRunning} onClick={() => void send(checked)}>
            {texts.importButton(checked.report.added)}
          </button>
        )}
        <button type="button" class="button" onClick={onClose}>
          {checked?.isDone === true ? shared.close : shared.cancel}
        </button>
      </div>
    </Dialog>
  );
}

interface ReportProps {
  checked: Checked;
  statusRef: { current: HTMLParagraphElement | null };
}

function Report({ checked: { report, isDone }, statusRef }: ReportProps) {
  const texts = useTextsOf(listTexts);
  const { added, present, rejected } = report;
  const counts = isDone ? texts.imported(added) : added > 0 ? texts.wouldAdd(added) : texts.nothingToImport;
  return (
    <div class="import-report">
      <p ref={statusRef} tabIndex={-1}>
        {counts}
        {present > 0 && ` ${texts.present(present)}`}
      </p>
      {rejected.length > 0 && (
        <details>
          <summary>{texts.rejectedTitle(rejected.length)}</summary>
          <ul>
            {rejected.slice(0, SHOWN_LINES).map(({ line, code, field = '', reason }) => (
              <li key={line}>
                {texts.rejectedLine(line)}:{' '}
                {texts.invalidFields[field] ?? texts.rejections[code] ?? <span lang="en">{reason}</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
