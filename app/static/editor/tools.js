// What the buttons above the text and the keys write.
import { bodyStart, chosenLines, replace } from "./text.js";

const around = (mark) => (area, words) => {
  const { value, selectionStart: from, selectionEnd: to } = area;
  const n = mark.length;
  const chosen = value.slice(from, to);
  const inside = value.slice(from - n, from) === mark && value.slice(to, to + n) === mark;
  // One star beside another belongs to bold text, not to italics.
  const another = n === 1 && (value[from - 2] === mark || value[to + 1] === mark);
  if (inside && !another) return replace(area, from - n, to + n, chosen, 0, chosen.length);
  const text = chosen || words.text;
  return replace(area, from, to, mark + text + mark, n, n + text.length);
};

const before = (mark, known) => (area, words) => {
  const { from, to, text } = chosenLines(area);
  const lines = text.split("\n");
  const all = lines.every((line) => known.test(line) || !line.trim());
  const off = all && text.trim();
  const made = lines.map((line) => (off ? line.replace(known, "") : line.trim() || lines.length === 1 ? mark + line : line));
  if (!off && !text.trim()) made[0] += words.item;
  const result = made.join("\n");
  replace(area, from, to, result, off || text.trim() ? 0 : mark.length, result.length);
};

const heading = (area, words) => {
  const { from, to, text } = chosenLines(area);
  const line = text.split("\n")[0];
  const level = /^(#{2,3}) /.exec(line)?.[1].length ?? 1;
  const bare = line.replace(/^#+ +/, "") || words.heading;
  const mark = { 1: "## ", 2: "### ", 3: "" }[level];
  replace(area, from, from + line.length, mark + bare, mark.length, mark.length + bare.length);
  return to;
};

const link = (area, words) => {
  const { value, selectionStart: from, selectionEnd: to } = area;
  const chosen = value.slice(from, to);
  if (/^(https?:|mailto:)\S+$/.test(chosen)) {
    return replace(area, from, to, `[${words.text}](${chosen})`, 1, 1 + words.text.length);
  }
  const text = chosen || words.text;
  const start = text.length + 3;
  return replace(area, from, to, `[${text}](${words.address})`, start, start + words.address.length);
};

// A block of its own, with empty lines around it. `{}` in it is what was selected, or the words that stand for it.
export const block = (area, shape, filling) => {
  const body = bodyStart(area.value);
  if (area.selectionStart < body) area.setSelectionRange(body, body); // never into the facts at the head
  const { value, selectionStart, selectionEnd } = area;
  const chosen = value.slice(selectionStart, selectionEnd).trim();
  const lines = chosenLines(area);
  const [from, to] = chosen ? [selectionStart, selectionEnd] : lines.text.trim() ? [lines.to, lines.to] : [lines.from, lines.to];
  const ahead = value.slice(0, from).replace(/[ \t]+$/, "");
  const behind = value.slice(to);
  const head = !ahead || ahead.endsWith("\n\n") ? "" : ahead.endsWith("\n") ? "\n" : "\n\n";
  const tail = !behind || behind.startsWith("\n\n") ? (behind ? "" : "\n") : behind.startsWith("\n") ? "\n" : "\n\n";
  const text = chosen || filling;
  const at = shape.indexOf("{}");
  const start = head.length + (at < 0 ? shape.length : at);
  replace(area, from, to, head + shape.replace("{}", () => text) + tail, start, at < 0 ? start : start + text.length);
};

const callout = (name) => (area, words) => block(area, `:::{${name}}\n{}\n:::`, words.text);

export const TOOLS = {
  bold: around("**"),
  italic: around("*"),
  heading,
  list: before("- ", /^- /),
  quote: before("> ", /^> ?/),
  link,
  note: callout("note"),
  tip: callout("tip"),
  important: callout("important"),
  warning: callout("warning"),
  danger: callout("danger"),
  trainer: callout("trainer"),
  "do-never": (area, words) => block(area, `:::{do}\n- {}\n:::\n\n:::{never}\n- ${words.never}\n:::`, words.do),
  case: (area, words) => block(area, `:::{case} ${words.title}\n{}\n:::`, words.text),
};

// Enter in a list begins the next item; on an empty item it ends the list.
export const nextItem = (area) => {
  const { value, selectionStart, selectionEnd } = area;
  if (selectionStart !== selectionEnd) return false;
  const { from, text } = chosenLines(area);
  const found = /^(\s*)(?:([-*])( \[[ x]\]| \([ x]\))?|(\d+)([.)])) +(.*)$/.exec(text);
  if (!found || selectionStart < from + text.length - found[6].length) return false;
  const [, space, dot, box, number, stop, rest] = found;
  if (!rest.trim()) {
    replace(area, from, from + text.length, "");
    return true;
  }
  const mark = dot ? `${dot}${box ? box.replace("x", " ") : ""}` : `${Number(number) + 1}${stop}`;
  replace(area, selectionStart, selectionStart, `\n${space}${mark} `);
  return true;
};
