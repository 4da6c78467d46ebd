// The bar above the text: one stop of the Tab key, arrows inside; menus that close; dialogs that ask.
import { replace } from "./text.js";
import { block, TOOLS } from "./tools.js";

const fields = (dialog, ...names) => names.map((name) => dialog.querySelector(`#${name}`).value.trim());

// What a dialog puts in.
const ASKED = {
  cite: (area, dialog) => {
    const [source, place] = fields(dialog, "cite-source", "cite-place");
    const { selectionEnd: to, value } = area;
    const space = to && !/\s/.test(value[to - 1]) ? " " : "";
    replace(area, to, to, `${space}[@${source}${place && ` ${place.replace(/[[\];\n]/g, " ")}`}]`);
  },
  country: (area, dialog) => block(area, `:::{country} ${fields(dialog, "country-entry")[0]}\n:::`, ""),
  term: (area, dialog) => replace(area, area.selectionStart, area.selectionEnd, fields(dialog, "term-name")[0]),
};

const ask = (area, name) => {
  const dialog = document.getElementById(`${name}-dialog`);
  if (!dialog?.showModal) return;
  dialog.returnValue = "";
  dialog.onclose = () => {
    area.focus();
    if (dialog.returnValue === "yes") ASKED[name](area, dialog);
  };
  dialog.showModal();
};

export const init = (area, words, more) => {
  const bar = document.querySelector(".tools");
  if (!bar) return;
  const use = (name) => {
    if (TOOLS[name]) return TOOLS[name](area, words.written);
    if (ASKED[name]) return ask(area, name);
    return more(name);
  };
  const stops = [...bar.querySelectorAll(":scope > button, summary")];
  const rove = (to) => stops.forEach((stop) => (stop.tabIndex = stop === to ? 0 : -1));
  const menus = bar.querySelectorAll("details");
  const close = (but) => menus.forEach((menu) => menu !== but && (menu.open = false));
  rove(stops[0]);

  bar.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-tool]");
    if (!tool) return;
    close();
    use(tool.dataset.tool);
  });
  bar.addEventListener("focusin", (event) => {
    const stop = event.target.closest("summary, .tools > button");
    if (stop) rove(stop);
    close(event.target.closest("details"));
  });
  document.addEventListener("click", (event) => close(event.target.closest?.(".tools details")));
  bar.addEventListener("keydown", (event) => {
    const menu = event.target.closest("details[open]");
    const items = menu ? [menu.querySelector("summary"), ...menu.querySelectorAll("button")] : stops;
    const here = items.indexOf(event.target);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const sideways = event.key === "ArrowRight" || event.key === "ArrowLeft";
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (event.key === "ArrowDown" && !menu && event.target.matches("summary")) {
      event.target.parentElement.open = true;
      event.target.parentElement.querySelector("button").focus();
    } else if (menu && sideways) {
      const stop = menu.querySelector("summary");
      menu.open = false;
      stops.at((stops.indexOf(stop) + step) % stops.length).focus();
    } else if (step && here >= 0) {
      items.at((here + step) % items.length).focus();
    } else if (event.key === "Home" || event.key === "End") {
      items.at(event.key === "Home" ? 0 : -1).focus();
    } else return;
    event.preventDefault();
  });
};
