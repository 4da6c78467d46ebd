// The editor of a page. Without it, a problem leads to its line in the numbered text, and buttons do what they say; with
// it, the page looks as it is typed, what is typed is kept, and tools and keys write Markdown.
import { init as initBar } from "./editor/bar.js";
import { Lines } from "./editor/lines.js";
import { Live } from "./editor/live.js";
import { redraw } from "./editor/page.js";
import { init as initPictures } from "./editor/pictures.js";
import { become, bodyStart, lineAt, lineStart, putLines } from "./editor/text.js";
import { nextItem, TOOLS } from "./editor/tools.js";

const find = (id) => document.getElementById(id);
const form = find("writing");
const area = find("text");
const words = JSON.parse(find("editor-words").textContent);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
// Puts a text where another stood, and says whether it is another.
const write = (place, text) => place.textContent !== text && ((place.textContent = text), true);
const say = (text) => write(find("said"), text);
const lines = new Lines(area, document.querySelector(".lines"));
let failing = "";

// Where the problems are ------------------------------------------------------------------------------------------------

const goTo = (line, column = 1) => {
  const text = area.value;
  const start = lineStart(text, line);
  const end = text.indexOf("\n", start);
  const whole = text.slice(start, end < 0 ? text.length : end);
  // Columns count characters; a string counts UTF-16 units.
  const ahead = [...whole].slice(0, column - 1).join("").length;
  area.focus({ preventScroll: true });
  area.setSelectionRange(start + ahead, start + whole.length);
  lines.show(line);
  area.scrollIntoView({ block: "nearest" });
  tellLine();
};

const tellLine = () => {
  const line = lineAt(area.value, area.selectionStart);
  const told = lines.at(line).map((one) => `${one.error ? words.error : words.warning}: ${one.words}`);
  write(find("line-problem"), told.length ? fill(words.line, { line, words: told.join(" ") }) : "");
};

const nextProblem = (back) => {
  const here = lineAt(area.value, area.selectionStart);
  const all = [...new Set(lines.marks.map(({ line }) => line))].sort((one, other) => one - other);
  if (back) all.reverse();
  const next = all.find((line) => (back ? line < here : line > here)) ?? all[0];
  if (next) goTo(next);
};

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-line]");
  if (!link) return;
  event.preventDefault();
  goTo(Number(link.dataset.line), Number(link.dataset.column));
});
document.addEventListener("selectionchange", () => document.activeElement === area && tellLine());
for (const name of ["keyup", "click"]) area.addEventListener(name, tellLine);

// Live ------------------------------------------------------------------------------------------------------------------

const showSeen = (told, asked) => {
  if (find("panel")) redraw(find("panel"), told.panel);
  redraw(find("problems"), told.problems);
  // What was typed since may have moved lines: a mark waits where its line is not what it was.
  const then = asked.split("\n");
  lines.mark(told.marks.filter(({ line }) => then[line - 1] === lines.shown[line - 1]));
  tellLine();
  if (write(find("count"), told.said)) say(told.said);
  if (told.problems) find("count").setAttribute("href", "#problems");
  else find("count").removeAttribute("href");
};

const showTheirs = (told) => {
  write(find("theirs-words"), told);
  find("theirs-now").hidden = !told;
};

const live = new Live(form, area, {
  dirty: () => write(find("kept"), live.unkept ? words.unkept : ""),
  back: () => {
    failing = "";
    say(words.online);
  },
  failed: (status) => {
    const told = { 0: words.offline, 401: words.signed_out }[status] ?? words.trouble;
    if (told !== failing) say(told);
    failing = told;
  },
  told: (told, asked) => {
    if (told.panel !== undefined) showSeen(told, asked);
    showTheirs(told.theirs);
    if (told.unkept) write(find("kept"), told.unkept);
    else if (told.kept !== undefined) {
      const same = area.value === asked;
      write(find("kept"), !same ? words.unkept : told.kept ? fill(words.kept, { time: told.kept }) : words.same);
    }
  },
});

area.addEventListener("input", () => {
  lines.update();
  live.changed();
});

// Saving ----------------------------------------------------------------------------------------------------------------

const button = (go) => form.querySelector(`button[name=go][value=${go}]`);
let leaving = false;

const save = async () => {
  if (live.stopped) return;
  say(words.saving);
  await live.pause();
  const sent = area.value;
  const body = live.body([]);
  body.set("go", "save");
  let answer;
  try {
    answer = await live.send(form.action, body);
  } catch {
    say(words.unsaved);
    return live.go();
  }
  const { status, told } = answer;
  if (status === 409) {
    // Somebody was there first: the page that shows both texts is the server's.
    leaving = live.left = true;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "go", value: "save" }));
    return form.submit();
  }
  if (status !== 200) {
    say(status === 401 ? words.signed_out : told.detail || told.title || words.trouble);
    return live.go();
  }
  form.elements.base.value = told.base;
  const typedOn = area.value !== sent;
  if (!typedOn) {
    become(area, told.text);
    lines.update();
  }
  live.go(typedOn ? told.text : area.value);
  delete live.wants.look;
  showSeen(told, told.text);
  showTheirs("");
  write(find("kept"), typedOn ? words.unkept : "");
  say(words.saved);
  if (typedOn) live.changed();
};

form.addEventListener("submit", (event) => {
  const { go } = { go: event.submitter?.value };
  if (go === "save" || !event.submitter) {
    event.preventDefault();
    save();
  } else if (go === "preview") {
    event.preventDefault();
    live.want("look", 0);
  } else leaving = live.left = true;
});
addEventListener("beforeunload", (event) => {
  if (!leaving && live.losing) event.preventDefault();
});
addEventListener("pageshow", (event) => event.persisted && ((leaving = live.left = false), live.go()));

// Tools and keys --------------------------------------------------------------------------------------------------------

const putIn = async (kind) => {
  const body = live.body([]);
  body.set("go", "insert");
  body.set("kind", kind);
  body.set("after", lineAt(area.value, area.selectionStart));
  const asked = area.value;
  try {
    const { status, told } = await live.send(form.action, body);
    if (status !== 200 || area.value !== asked) return say(told.detail || words.trouble);
    for (const { after, lines: made } of told.pieces.slice().reverse()) putLines(area, after, made);
    goTo(told.line);
  } catch {
    say(words.offline);
  }
  return undefined;
};

const openPicture = initPictures(form, area, { send: (...all) => live.send(...all), words, say });
initBar(area, words, (name) => (name === "picture" ? openPicture() : putIn(name.replace("insert-", ""))));

const mac = /Mac|iP(hone|ad|od)/.test(navigator.platform);
const KEYS = { b: "bold", i: "italic", k: "link" };
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey) return; // Alt+Ctrl writes letters on many keyboards
  const inside = event.target === area;
  const key = event.key.toLowerCase();
  const command = (mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey) && !event.shiftKey;
  if (command && key === "s") button("save").click();
  else if (command && key === "enter") live.want("look", 0);
  else if (command && inside && KEYS[key] && document.querySelector(".tools")) TOOLS[KEYS[key]](area, words.written);
  else if (event.key === "F8" && !event.ctrlKey && !event.metaKey) nextProblem(event.shiftKey);
  else if (event.key === "Enter" && inside && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    if (!nextItem(area)) return;
  } else return;
  event.preventDefault();
});

// At the start: the marks of the text as it was opened, and where something was put in.
live.want("look", 0);
area.setSelectionRange(bodyStart(area.value), bodyStart(area.value));
if (area.dataset.begin) goTo(Number(area.dataset.begin));
else if (/^#L\d+$/.test(location.hash)) goTo(Number(location.hash.slice(2)));
