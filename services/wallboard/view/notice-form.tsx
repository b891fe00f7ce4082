/** The desk's line for all screens: up for an hour, or until it is taken down. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

const CHARS_MAX = 120;

export function NoticeForm(): JSX.Element {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const answer = await fetch('/v1/notices', {
      method: text === '' ? 'DELETE' : 'POST',
      ...(text === ''
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text }) }),
    }).catch(() => null);
    setProblem(answer?.ok ? '' : 'The notice was not accepted.');
    if (answer?.ok) setText('');
  };
  return (
    <form class="notice-form" onSubmit={(event) => void send(event)}>
      <input
        aria-label="Notice on all screens for an hour; empty takes it down"
        placeholder="Notice on all screens for an hour; empty takes it down"
        maxLength={CHARS_MAX}
        value={text}
        onInput={(event) => setText((event.target as HTMLInputElement).value)}
      />
      <button type="submit">{text === '' ? 'Take down' : 'Show'}</button>
      <span role="alert">{problem}</span>
    </form>
  );
}
