// Changing a part of the page to what the server drew, leaving alone what is the same: scroll, focus, pictures and what
// somebody opened in it stay.

const shallow = (one, other) =>
  one.nodeType === 1 && other.nodeType === 1 && one.cloneNode(false).isEqualNode(other.cloneNode(false));

const same = (one, other) => one.isEqualNode(other);

const morph = (holder, wanted) => {
  const before = [...holder.childNodes];
  const after = [...wanted.childNodes];
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && same(before[head], after[head])) head += 1;
  let tail = 0;
  while (tail < most - head && same(before.at(-1 - tail), after.at(-1 - tail))) tail += 1;
  const old = before.slice(head, before.length - tail);
  const made = after.slice(head, after.length - tail);
  if (old.length === made.length && old.every((node, n) => shallow(node, made[n]) || same(node, made[n]))) {
    old.forEach((node, n) => same(node, made[n]) || morph(node, made[n]));
    return;
  }
  const next = before[before.length - tail] ?? null;
  for (const node of old) node.remove();
  for (const node of made) holder.insertBefore(node, next);
};

// The one way in which text becomes markup here (trusted types): what the server made of a page, cleaned there.
const policy = self.trustedTypes?.createPolicy("paso-editor", { createHTML: (html) => html });

export const redraw = (holder, html) => {
  const made = document.createElement("template");
  made.innerHTML = policy ? policy.createHTML(html) : html;
  const folds = holder.querySelectorAll("details");
  const newFolds = made.content.querySelectorAll("details");
  if (folds.length === newFolds.length) newFolds.forEach((fold, n) => (fold.open = folds[n].open));
  const { scrollTop } = holder;
  morph(holder, made.content);
  holder.scrollTop = scrollTop;
};
