// What everybody can use: returns a sentence for each fault of the page that is shown. It looks for what the serious rules of axe
// look for on pages like ours: names, labels, roles, states, contrast, landmarks, headings, lists, language, zoom.
() => {
  const faults = new Set();
  const shown = (element) => {
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    return box.width > 1 && box.height > 1 && style.visibility !== "hidden" && !element.closest("[aria-hidden=true], [hidden]");
  };
  const named = (element) => `${element.tagName.toLowerCase()}${element.id && `#${element.id}`}.${element.className || ""} “${(element.textContent || element.name || "").trim().slice(0, 40)}”`;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);

  const pointsAt = (element, attribute) => (element.getAttribute(attribute) ?? "").split(/\s+/).filter(Boolean);
  const wordsAt = (ids) => ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
  const nameOf = (element) => element.getAttribute("aria-label") || wordsAt(pointsAt(element, "aria-labelledby")) || [...(element.labels ?? [])].map((label) => label.textContent).join(" ") || (["A", "BUTTON", "SUMMARY"].includes(element.tagName) ? element.textContent : "");
  const controls = all("button, a[href], input:not([type=hidden]), textarea, select, summary");
  for (const control of controls) if (!nameOf(control).trim()) faults.add(`no name: ${named(control)}`);

  // The page: language, title, one main landmark with all words in a landmark, and nothing that forbids zooming.
  if (!document.documentElement.lang) faults.add("no language");
  if (!document.title.trim()) faults.add("no title");
  if (all("main").length !== 1) faults.add(`${all("main").length} main landmarks`);
  const zoom = document.querySelector("meta[name=viewport]")?.content ?? "";
  if (/user-scalable\s*=\s*(no|0)|maximum-scale\s*=\s*[0-4]/.test(zoom)) faults.add(`no zoom: ${zoom}`);
  const hasWords = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  for (const element of all("body *")) if (hasWords(element) && !element.closest("header, nav, main, footer, [role=status], .skip, noscript")) faults.add(`in no landmark: ${named(element)}`);

  // Roles, states and references that a screen reader understands.
  const roles = new Set(["alert", "group", "img", "log", "radiogroup", "status", "table"]);
  for (const element of document.querySelectorAll("[role]")) if (!roles.has(element.getAttribute("role"))) faults.add(`role: ${named(element)}`);
  for (const state of ["checked", "disabled", "expanded", "hidden", "invalid", "pressed", "selected"]) {
    for (const element of document.querySelectorAll(`[aria-${state}]`)) if (!["true", "false", "mixed"].includes(element.getAttribute(`aria-${state}`))) faults.add(`aria-${state}: ${named(element)}`);
  }
  for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) for (const id of pointsAt(element, attribute)) if (!document.getElementById(id)) faults.add(`${attribute} ${id} is nowhere: ${named(element)}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of ids.filter((id, at) => ids.indexOf(id) !== at)) faults.add(`id ${id} twice`);
  for (const image of all("img:not([alt]), svg:not([aria-hidden=true], [role=img])")) faults.add(`picture without words: ${named(image)}`);
  for (const element of document.querySelectorAll("a a, a button, a input, button a, button button, button input, summary a, summary button")) faults.add(`inside another control: ${named(element)}`);
  for (const element of document.querySelectorAll("[tabindex]")) if (element.tabIndex > 0) faults.add(`order of the keyboard: ${named(element)}`);
  for (const element of document.querySelectorAll("[aria-hidden=true] :is(a[href], button, input, select, textarea)")) faults.add(`reached but not read: ${named(element)}`);
  for (const element of all("li")) if (!element.parentElement.matches("ul, ol")) faults.add(`outside a list: ${named(element)}`);
  for (const element of all("dt, dd")) if (!element.closest("dl")) faults.add(`outside a list: ${named(element)}`);
  for (const table of all("table")) if (!table.querySelector("th")) faults.add(`table without headings: ${named(table)}`);
  for (const radio of all("input[type=radio]")) {
    const group = radio.closest("fieldset, [role=radiogroup], [role=group]");
    if (!group || !(nameOf(group) || group.querySelector("legend")?.textContent || "").trim()) faults.add(`options without a question: ${named(radio)}`);
  }
  for (const element of all("body *")) {
    const scrolls = ["auto", "scroll"].includes(getComputedStyle(element).overflowY) && element.scrollHeight > element.clientHeight + 1;
    if (scrolls && element.tabIndex < 0 && !element.querySelector("a[href], button, input, select, textarea") && !element.matches("textarea, [tabindex]")) faults.add(`scrolls without the keyboard: ${named(element)}`);
  }

  // Contrast of text with what is behind it.
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const isClear = (color) => color === "transparent" || channels(color)[3] === 0;
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (!isClear(backgroundColor)) return backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  const light = (color) => {
    const [red, green, blue] = channels(color).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  for (const element of all("body *")) {
    if (!hasWords(element) || element.closest(":disabled, [aria-disabled=true], noscript")) continue;
    const found = contrast(getComputedStyle(element).color, behind(element));
    if (found < 4.5) faults.add(`contrast ${found.toFixed(2)}: ${named(element)}`);
  }
  for (const field of all("input[type=text], textarea, select")) {
    const found = contrast(getComputedStyle(field).borderTopColor, behind(field.parentElement));
    if (found < 3) faults.add(`border contrast ${found.toFixed(2)}: ${named(field)}`);
  }

  // Headings: one of the first level, and none that leaves out a level.
  const levels = all("h1, h2, h3, h4").map((heading) => Number(heading.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1) faults.add(`headings: ${levels}`);
  levels.forEach((level, at) => { if (at && level > levels[at - 1] + 1) faults.add(`headings: ${levels}`); });

  if (document.documentElement.scrollWidth > innerWidth) faults.add(`scrolls sideways: ${document.documentElement.scrollWidth} px`);

  // Fingers: 44 px, and 8 px between buttons; links in sentences and what only a keyboard reaches are left out.
  const target = (control) => (["radio", "checkbox"].includes(control.type) ? control.closest("label") ?? control : control).getBoundingClientRect();
  const isInSentence = (control) => control.tagName === "A" && getComputedStyle(control).display === "inline";
  const touched = controls.filter((control) => !isInSentence(control) && control.tabIndex >= 0 && !control.matches(".skip"));
  for (const control of touched) if (target(control).height < 43.9) faults.add(`${target(control).height} px high: ${named(control)}`);
  const buttons = touched.filter((control) => control.matches("button, a"));
  buttons.forEach((one, at) => buttons.slice(at + 1).forEach((other) => {
    if (one.closest("main") !== other.closest("main")) return; // one of them is scrolled below the other
    const [a, b] = [one, other].map((button) => button.getBoundingClientRect());
    const across = Math.max(a.left, b.left) - Math.min(a.right, b.right), down = Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom);
    const gap = Math.max(across, down);
    if (gap >= 0 && gap < 7.9) faults.add(`${gap.toFixed(1)} px between ${named(one)} and ${named(other)}`);
  }));
  return [...faults];
}
