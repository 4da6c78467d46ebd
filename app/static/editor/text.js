// Changing what stands in a textarea so that Ctrl+Z takes it back, and finding one's way in its lines.

// Put words in place of what stands from one place to another; of the words, select a part (their end without one).
export const replace = (area, from, to, words, select = words.length, selectEnd = select) => {
  area.focus({ preventScroll: true });
  area.setSelectionRange(from, to);
  // Not the value itself: browsers would forget every step before. What they do by command, they can undo.
  const done = words ? document.execCommand("insertText", false, words) : from === to || document.execCommand("delete");
  if (!done) {
    area.setRangeText(words, from, to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(from + select, from + selectEnd);
};

// Make the text read as given, touching only what differs; caret, scroll and focus stay.
export const become = (area, wanted) => {
  const now = area.value;
  if (now === wanted) return;
  const most = Math.min(now.length, wanted.length);
  let head = 0;
  while (head < most && now[head] === wanted[head]) head += 1;
  let tail = 0;
  while (tail < most - head && now.at(-1 - tail) === wanted.at(-1 - tail)) tail += 1;
  const { selectionStart, selectionEnd, scrollTop } = area;
  const focused = document.activeElement;
  const end = now.length - tail;
  const words = wanted.slice(head, wanted.length - tail);
  replace(area, head, end, words);
  const moved = (place) => (place <= head ? place : place >= end ? place + wanted.length - now.length : head + words.length);
  area.setSelectionRange(moved(selectionStart), moved(selectionEnd));
  area.scrollTop = scrollTop;
  if (focused && focused !== area) focused.focus({ preventScroll: true });
};

// The line (from 1) that a place is in.
export const lineAt = (text, place) => text.slice(0, place).split("\n").length;

// The place where a line begins; one past the last is the end.
export const lineStart = (text, line) => {
  let place = 0;
  for (let n = 1; n < line; n += 1) {
    const end = text.indexOf("\n", place);
    if (end < 0) return text.length;
    place = end + 1;
  }
  return place;
};

// Put whole lines in after a line (0: before the first). Afterwards the caret stands where they begin.
export const putLines = (area, after, lines) => {
  const text = area.value;
  const place = lineStart(text, after + 1);
  const missing = place > 0 && text[place - 1] !== "\n" ? "\n" : "";
  const words = `${missing}${lines.join("\n")}\n`;
  replace(area, place, place, words, missing.length);
};

// Where the text begins behind the facts at its head.
export const bodyStart = (text) => /^---[ \t]*\n[\s\S]*?^---[ \t]*(\n|$)/m.exec(text)?.[0].length ?? 0;

// What the selected lines are, from the beginning of the first to the end of the last.
export const chosenLines = (area) => {
  const { value, selectionStart, selectionEnd } = area;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  // A selection that ends where a line begins does not mean that line.
  const last = selectionEnd > selectionStart && value[selectionEnd - 1] === "\n" ? selectionEnd - 1 : selectionEnd;
  const end = value.indexOf("\n", last);
  return { from, to: end < 0 ? value.length : end, text: value.slice(from, end < 0 ? value.length : end) };
};
