/**
 * What does not fit on a board, found in the page itself. A text, because it runs in the browser,
 * whose globals are not among the types of the tests.
 */
export interface Misfit {
  readonly what: string;
  readonly text: string;
}

/** Evaluates to `Misfit[]`: cut or small text, cards that overlap, anything off the screen. */
export function misfitScript(floorPx: number): string {
  return `(() => {
    const found = [];
    const cards = [...document.querySelectorAll('.card, .strip, .head')];
    const boxes = cards.map((card) => card.getBoundingClientRect());
    const apart = (p, q, dx, dy) =>
      p.left >= q.right - dx || q.left >= p.right - dx ||
      p.top >= q.bottom - dy || q.top >= p.bottom - dy;
    cards.forEach((card, i) => {
      const box = boxes[i];
      const text = card.textContent;
      if (card.scrollWidth > card.clientWidth + 1) found.push({ what: 'cut', text });
      if (card.scrollHeight > card.clientHeight + 1) found.push({ what: 'cut below', text });
      const off = box.left < 0 || box.right > innerWidth + 1 || box.top < 0;
      if (off) found.push({ what: 'off', text });
      for (let j = 0; j < i; j += 1) {
        if (apart(box, boxes[j], 0.5, 0.5)) continue;
        found.push({ what: 'overlap', text: text + ' / ' + cards[j].textContent });
      }
      const parts = '.icon, .label, .value, .slot, .aside, .target, .notes, .window';
      const pieces = [...card.querySelectorAll(parts)].filter((piece) => piece.textContent !== '');
      for (const a of pieces) {
        const size = parseFloat(getComputedStyle(a).fontSize);
        if (size < ${floorPx} - 0.5) found.push({ what: 'small ' + size, text: a.textContent });
        for (const b of pieces) {
          if (a === b || a.contains(b) || b.contains(a)) continue;
          if (apart(a.getBoundingClientRect(), b.getBoundingClientRect(), 1, 8)) continue;
          found.push({ what: 'text overlap', text: a.textContent + ' / ' + b.textContent });
        }
      }
    });
    return found;
  })()`;
}
