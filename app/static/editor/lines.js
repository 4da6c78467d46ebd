// Line numbers and marks beside a textarea. A copy of the text lies behind it, of the same width and letters, so that
// each number stands beside its line however it wraps. The copy is hidden; only numbers and marks of it are seen.

export class Lines {
  constructor(area, holder) {
    this.area = area;
    this.holder = holder;
    this.copy = document.createElement("div");
    this.shown = [];
    this.marks = [];
    holder.append(this.copy);
    area.parentElement.classList.add("has-lines");
    new ResizeObserver(() => this.measure()).observe(area);
    area.addEventListener("scroll", () => this.scroll());
    this.update();
    this.measure();
  }

  measure() {
    this.copy.style.width = `${this.area.clientWidth}px`;
    this.scroll();
  }

  scroll() {
    this.copy.style.transform = `translateY(${-this.area.scrollTop}px)`;
  }

  // Follow the text: lines that stayed are not touched.
  update() {
    const lines = this.area.value.split("\n");
    const before = this.shown;
    const most = Math.min(lines.length, before.length);
    let head = 0;
    while (head < most && lines[head] === before[head]) head += 1;
    let tail = 0;
    while (tail < most - head && lines.at(-1 - tail) === before.at(-1 - tail)) tail += 1;
    for (let n = before.length - tail - 1; n >= head; n -= 1) this.copy.children[n].remove();
    const made = lines.slice(head, lines.length - tail).map((line) => {
      const row = document.createElement("div");
      const words = document.createElement("span");
      words.textContent = line || "\u200b";
      row.append(words);
      return row;
    });
    const next = this.copy.children[head] ?? null;
    for (const row of made) this.copy.insertBefore(row, next);
    this.shown = lines;
    this.scroll();
  }

  // Mark lines: [{line, error, words}].
  mark(marks) {
    for (const { line } of this.marks) this.copy.children[line - 1]?.removeAttribute("class");
    this.marks = marks.filter(({ line }) => line <= this.shown.length);
    for (const error of [false, true]) {
      for (const one of this.marks) {
        if (one.error === error) this.copy.children[one.line - 1].className = error ? "is-error" : "is-warning";
      }
    }
  }

  // What is wrong in a line.
  at(line) {
    return this.marks.filter((one) => one.line === line);
  }

  // Bring a line into view, a few lines below the upper edge.
  show(line) {
    const row = this.copy.children[Math.min(line, this.shown.length) - 1];
    const height = parseFloat(getComputedStyle(this.area).lineHeight);
    if (row) this.area.scrollTop = row.offsetTop - 3 * height;
  }
}
