// What has the focus, and what is wrong with how it is shown (tests/browser/keys.py).
() => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const wrong = [];
  const spoken = (one) => {
    const by = one.getAttribute("aria-labelledby");
    if (by) return by.split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    if (one.getAttribute("aria-label")) return one.getAttribute("aria-label");
    if (one.labels?.length) return [...one.labels].map((label) => label.innerText).join(" ");
    return one.innerText || one.value || one.title || "";
  };
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const ring = (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
  if (!ring) wrong.push("the focus is not to be seen");

  // Nothing that stays in the window lies upon it, and some of it is in the window.
  const stays = (one) => one && (["sticky", "fixed"].includes(getComputedStyle(one).position) ? one : stays(one.parentElement));
  let seen = false;
  for (const { left, top, right, bottom } of element.getClientRects()) {
    for (const [x, y] of [[0.5, 0.5], [0.02, 0.1], [0.98, 0.1], [0.02, 0.9], [0.98, 0.9]]) {
      const at = document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y);
      if (!at) continue;
      if (at === element || element.contains(at) || at.contains(element)) { seen = true; continue; }
      const over = stays(at);
      if (over && !over.contains(element)) wrong.push(`it lies under “${over.textContent.trim().slice(0, 40)}”`);
    }
  }
  if (!seen) wrong.push("nothing of it is in the window");

  // The way of the keys is the way of the reading: onward in the page, downward or to the right.
  const place = element.getBoundingClientRect(), here = { top: place.top + scrollY, left: place.left + scrollX, right: place.right + scrollX, bottom: place.bottom + scrollY };
  const before = window.cameFrom, was = window.cameFromPlace;
  if (before?.isConnected && before !== element) {
    const onward = before.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (onward && !before.contains(element) && here.bottom < was.top - 2 && here.left < was.right - 2) wrong.push(`it stands above “${spoken(before).trim().slice(0, 40)}”, which came before`);
  }
  window.cameFrom = element;
  window.cameFromPlace = here;
  return { name: spoken(element).trim().replace(/\s+/g, " "), kind: element.type || element.tagName.toLowerCase(), group: element.name || "", wrong };
}
