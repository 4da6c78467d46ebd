// The editor of a page. Without it, a problem leads to its line in the numbered text; with it, to the place in the editor.
const text = document.getElementById("text");

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-line]");
  if (!link || !text) return;
  event.preventDefault();
  const lines = text.value.split("\n");
  const line = Math.min(Number(link.dataset.line), lines.length);
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  // Columns count characters; a string counts UTF-16 units.
  const before = [...lines[line - 1]].slice(0, Number(link.dataset.column) - 1).join("").length;
  text.focus();
  text.setSelectionRange(start + before, start + lines[line - 1].length);
  text.scrollTop = (line - 4) * parseFloat(getComputedStyle(text).lineHeight);
});

// What is written and not saved is not lost by a slip.
const written = text?.value;
let sent = false;
document.addEventListener("submit", () => (sent = true));
addEventListener("beforeunload", (event) => {
  if (text && !sent && text.value !== written) event.preventDefault();
});
