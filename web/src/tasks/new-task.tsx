import { useEffect, useRef, useState } from 'preact/hooks';
import { NAME_MAX_LENGTH } from '@tasks/idl';
import { useOpenAccount, useTexts } from '../ui/context.js';
import { Icon } from '../ui/icon.js';

/** Number of unsaved tasks above which their progress is shown. */
const MANY_TASKS = 20;

/** The field for a new task. Enter adds it and keeps the focus for the next; pasted lines can become several tasks. */
export function NewTask() {
  const { tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const field = useRef<HTMLInputElement>(null);
  const [lines, setLines] = useState<readonly string[]>([]);
  const [announcement, setAnnouncement] = useState('');

  const submit = (event: Event): void => {
    event.preventDefault();
    const name = tasks.draft.value;
    if (tasks.add(name)) {
      tasks.draft.value = '';
      setAnnouncement(texts.added(name.trim()));
    }
    setLines([]);
    field.current?.focus();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const pasted = (event.clipboardData?.getData('text/plain') ?? '').split(/\r?\n/).map((line) => line.trim());
    const names = pasted.filter((line) => line !== '');
    setLines(names.length > 1 ? names : []);
  };
  const addSeveral = (): void => {
    tasks.addAll(lines);
    tasks.draft.value = '';
    setAnnouncement(texts.addedSeveral(lines.length));
    setLines([]);
    field.current?.focus();
  };

  return (
    <form class="new-task" onSubmit={submit} autocomplete="off">
      <label class="new-task-field">
        <span class="visually-hidden">{texts.newTask}</span>
        <Icon name="plus" />
        <input
          ref={field}
          id="new-task"
          name="task"
          dir="auto"
          enterkeyhint="done"
          maxLength={NAME_MAX_LENGTH}
          placeholder={texts.newTaskPlaceholder}
          value={tasks.draft.value}
          onInput={(event) => {
            tasks.draft.value = event.currentTarget.value;
          }}
          onPaste={onPaste}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setLines([]);
          }}
        />
      </label>
      <button type="submit" class="button primary" aria-disabled={tasks.draft.value.trim() === ''}>
        {texts.addButton}
      </button>
      {lines.length > 1 && (
        <div class="paste-offer" role="group" aria-label={texts.pasted(lines.length)}>
          <p>{texts.pasted(lines.length)}</p>
          <button type="button" class="button" onClick={addSeveral}>
            {texts.addSeveral(lines.length)}
          </button>
          <button type="submit" class="button quiet">
            {texts.addAsOne}
          </button>
        </div>
      )}
      <Progress />
      <p class="visually-hidden" role="status">
        {announcement}
      </p>
    </form>
  );
}

/** Progress of a long paste. It overlays the form, so the list does not move when it disappears. */
function Progress() {
  const { progress } = useOpenAccount().workspace.tasks.queue;
  const texts = useTexts();
  const [finished, setFinished] = useState(0);
  const { stored, total } = progress.value;
  const isShown = total > MANY_TASKS && stored < total;
  const last = useRef(0);
  useEffect(() => {
    if (isShown) last.current = total;
    setFinished(isShown ? 0 : last.current);
  }, [isShown, total]);
  return (
    <>
      {isShown && (
        <div class="progress">
          <progress max={total} value={stored} aria-label={texts.storing} />
          <p>{texts.stored(stored, total)}</p>
        </div>
      )}
      <p class="visually-hidden" role="status">
        {finished > 0 && texts.stored(finished, finished)}
      </p>
    </>
  );
}
