/** A screen of the network enters the code of the terminal once. */

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

export function Pairing(props: { readonly onPaired: () => void }): JSX.Element {
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState('');
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const answer = await fetch('/v1/pair', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    }).catch(() => null);
    if (answer?.ok) return props.onPaired();
    const body = (await answer?.json().catch(() => null)) as { error?: { message: string } } | null;
    setProblem(body?.error?.message ?? 'The gateway does not answer; try again.');
  };
  return (
    <form class="pairing" onSubmit={(event) => void submit(event)}>
      <h1>Pair this screen</h1>
      <label for="code">Enter the eight characters that the terminal shows.</label>
      <input
        id="code"
        maxLength={9}
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        value={code}
        onInput={(event) => setCode((event.target as HTMLInputElement).value.toUpperCase())}
      />
      <button type="submit">Pair</button>
      <p role="alert">{problem}</p>
    </form>
  );
}
