(() => {
  const problems = [], wide = document.documentElement.clientWidth;
  const say = (what, element, more) => problems.push(what + ": <" + element.tagName.toLowerCase() + " class=\"" +
    (element.getAttribute("class") || "") + "\"> " + (element.textContent || "").trim().slice(0, 60) + (more ? " (" + more + ")" : ""));
  const box = element => element.closest(".scroll");
  if (document.documentElement.scrollWidth > innerWidth) problems.push("the page scrolls sideways: " + document.documentElement.scrollWidth + " of " + innerWidth);
  for (const element of document.body.querySelectorAll("*")) {
    const r = element.getBoundingClientRect(), own = box(element), scroll = own && getComputedStyle(own).overflowX === "auto" ? own : null;
    if (r.width === 0 || r.height === 0) continue;
    if ((!scroll || scroll === element) && (r.right > wide + 0.5 || r.left < -0.5)) say("beyond the page", element, r.left.toFixed(1) + " to " + r.right.toFixed(1));
    const style = getComputedStyle(element);
    if (style.overflowX === "hidden" && element.scrollWidth > element.clientWidth + 1) say("cut", element);
    if (element.tagName === "text" && !["title", "desc"].includes(element.tagName)) {
      const s = element.ownerSVGElement.getBoundingClientRect();
      if (r.right > s.right + 0.5 || r.left < s.left - 0.5 || r.bottom > s.bottom + 0.5 || r.top < s.top - 0.5) say("beyond its picture", element);
    }
  }
  for (const scroll of document.querySelectorAll(".scroll")) {
    if (scroll.scrollWidth > scroll.clientWidth + 1 && getComputedStyle(scroll).overflowX !== "auto" && scroll.getBoundingClientRect().left + scroll.scrollWidth > wide) say("cut and does not scroll", scroll);
  }
  const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.data.trim() || ["TITLE", "title", "desc", "STYLE", "SCRIPT"].includes(parent.tagName)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const r of range.getClientRects()) if (r.width > 1 && r.height > 1) texts.push({ node, parent, scroll: box(parent), r });
  }
  texts.sort((a, b) => a.r.top - b.r.top);
  for (let i = 0; i < texts.length; i++) {
    for (let j = i + 1; j < texts.length && texts[j].r.top < texts[i].r.bottom; j++) {
      const a = texts[i], b = texts[j];
      if (a.node === b.node || a.scroll !== b.scroll) continue;
      const x = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left), y = Math.min(a.r.bottom, b.r.bottom) - Math.max(a.r.top, b.r.top);
      if (x > 2 && y > 4) say("overlaps \"" + b.node.data.trim().slice(0, 40) + "\"", a.parent, x.toFixed(0) + " x " + y.toFixed(0));
    }
  }
  const parse = text => (text.match(/[\d.]+/g) || []).map(Number);
  const light = c => { const f = c.slice(0, 3).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const c = parse(getComputedStyle(at).backgroundColor);
      if (c.length >= 3 && (c.length < 4 || c[3] > 0.99)) return c;
    }
    return [255, 255, 255];
  };
  let least = 99;
  for (const { parent } of texts) {
    const svg = parent.ownerSVGElement, role = svg && parent.getAttribute("class") === "role";
    const style = getComputedStyle(parent), front = parse(svg ? style.fill : style.color);
    const back = role ? parse(getComputedStyle(parent.previousElementSibling).fill) : behind(svg ? svg.parentElement : parent);
    const a = light(front), b = light(back), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    least = Math.min(least, ratio);
    if (ratio < 4.5) say("contrast " + ratio.toFixed(2), parent);
  }
  const unnamed = [...document.querySelectorAll("svg")].filter(svg => !svg.querySelector("title")).length;
  if (unnamed) problems.push(unnamed + " pictures without a title");
  for (const table of document.querySelectorAll("table")) if (!table.querySelector("th[scope=col]")) say("no heads", table);
  return { problems: [...new Set(problems)], texts: texts.length, least, scripts: document.scripts.length,
    outside: [...document.querySelectorAll("[src],link,img,iframe,object")].length, background: getComputedStyle(document.body).backgroundColor };
})()
