// What a reader would see wrong on this page, in words (tests/browser/looking.py).
(sticks) => {
  const root = document.documentElement, wide = root.clientWidth, high = root.clientHeight, faults = [];
  const say = (element, words) => {
    const kind = element.className?.baseVal ?? element.className;
    faults.push(`${words}: <${element.tagName.toLowerCase()}${kind ? ` class="${kind}"` : ""}> ${element.textContent.trim().replace(/\s+/g, " ").slice(0, 60)}`);
  };
  const styles = new Map();
  const style = (element) => styles.get(element) ?? styles.set(element, getComputedStyle(element)).get(element);
  const reachable = (element) => element.tabIndex >= 0 || element.querySelector("a[href], button, input, select, textarea");
  if (root.scrollWidth > wide) faults.push(`the page is ${root.scrollWidth - wide} px too wide`);

  // Every line of text stands inside what holds it.
  const lines = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode()); ) {
    const holder = node.parentElement;
    if (!node.data.trim() || holder.closest(".sr, .skip:not(:focus), svg, .lines, script, option, textarea")) continue;
    if (!holder.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1);
    if (!rects.length) continue;
    let scrolls = false, loose = false, box = null;
    for (let element = holder; element !== root; element = element.parentElement) {
      const { overflowX, overflowY, position, borderRightWidth, backgroundColor, display } = style(element);
      const edge = element.getBoundingClientRect();
      if (position === "absolute" || position === "fixed" || position === "sticky") loose = true;
      const more = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
      if (more && [overflowX, overflowY].some((way) => way === "auto" || way === "scroll")) {
        if (!reachable(element)) say(element, "it scrolls, and no key reaches it");
        scrolls = true;
        break;
      }
      if ([overflowX, overflowY].some((way) => way === "hidden" || way === "clip")) {
        if (rects.some((one) => one.right > edge.right + 1 || one.left < edge.left - 1 || one.bottom > edge.bottom + 2)) say(element, "words are cut off");
      }
      if (!box && display !== "inline" && (parseFloat(borderRightWidth) || backgroundColor !== "rgba(0, 0, 0, 0)")) {
        box = element;
        if (rects.some(({ left, right }) => right > edge.right + 1 || left < edge.left - 1)) say(element, "words stand out of their box");
      }
    }
    if (scrolls) continue;
    if (rects.some(({ left, right }) => right > wide + 1 || left < -1)) say(holder, "words go beyond the edge");
    if (!loose) for (const rect of rects) lines.push({ rect, node, holder });
  }

  // No line lies upon another.
  lines.sort((one, other) => one.rect.top - other.rect.top);
  lines.forEach((one, index) => {
    for (let next = index + 1; next < lines.length && lines[next].rect.top < one.rect.bottom; next++) {
      const other = lines[next];
      if (other.node === one.node) continue;
      const across = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
      const down = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
      if (across > 3 && down > 0.4 * Math.min(one.rect.height, other.rect.height)) say(one.holder, `words lie upon “${other.node.data.trim().slice(0, 40)}”`);
    }
  });

  // What stays while the rest scrolls leaves two thirds of the window; what scrolls sideways is a region with a name.
  for (const element of document.body.querySelectorAll("*")) {
    if (!element.checkVisibility()) continue;
    const { position, overflowX } = style(element);
    const { width, height } = element.getBoundingClientRect();
    if (sticks && (position === "fixed" || position === "sticky")) {
      const head = element.tagName === "TH"; // the column that stays beside the rest of its table
      const part = head ? width / wide : (width * height) / (wide * high);
      if (part > (head ? 2 / 5 : 1 / 3)) say(element, `it stays and covers ${Math.round(part * 100)} %`);
    }
    if ((overflowX === "auto" || overflowX === "scroll") && element.scrollWidth > element.clientWidth + 1) {
      const named = element.getAttribute("aria-label") || element.getAttribute("aria-labelledby");
      if (!reachable(element) || !(named || element.matches("nav, pre, textarea, select"))) say(element, "it scrolls sideways and has no name, or no key reaches it");
    }
  }
  return [...new Set(faults)];
}
