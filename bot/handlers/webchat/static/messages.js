// The conversation on the screen: messages, buttons, the lines between days, and where it is scrolled to.

import { isSynced } from "./connection.js";
import { $, button, isTouch, make, words } from "./dom.js";
import { dayName, dayOf, fileSize, format, hello, ownParagraphs, paragraphs, ui } from "./texts.js";

const scroller = $("scroll"), log = $("log");
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
const title = document.title;
export const LANGUAGE = "/bahasa", MENU = "/menu", START = "/start", VISIT = "/kunjungan";

// What is shown, in the order of the screen. An entry: { id, client, dir, at, text, choices, file, uploads, takesFile, asksText,
// edits, notice, frame, state, why }. The states of the person's own: uploading, waiting, sending, sent, or failed.
export const entries = [];
let choicesOf = []; // the entries whose buttons are shown
let actions = null; // { start(event), tap(entry, choice, event), retry(entry), remove(entry) }

export function startMessages(given) {
  actions = given;
}

// ---- Showing messages

export function add(entry) {
  let at = entries.length;
  while (at > 0 && goesBefore(entry, entries[at - 1])) at -= 1;
  const next = entries[at];
  entries.splice(at, 0, entry);
  entry.element = make("div", {});
  paint(entry);
  log.insertBefore(entry.element, next?.day ?? next?.element ?? null);
}

// Sorts by number. What the server has not accepted stays below everything that it has.
function goesBefore(entry, other) {
  if (!entry.id) return false;
  return other.id ? entry.id < other.id : other.state !== "sent";
}

export function removeEntry(entry) {
  entries.splice(entries.indexOf(entry), 1);
  entry.day?.remove();
  entry.element.remove();
  refresh();
}

// After a change of the language.
export function repaint() {
  for (const entry of entries) paint(entry);
  showChoices(choicesOf);
  refresh();
}

// After a change of the state of the person's own message, which may be the tap of a button that is shown.
export function repaintState(entry) {
  paintState(entry);
  if (entry.frame?.prompt && choicesOf.some((shown) => shown.id === entry.frame.prompt)) showChoices(choicesOf);
}

export function paint(entry) {
  const { element, dir, text, locale, file, link, at } = entry;
  const commands = { [START]: ui.start, [MENU]: ui.menu, [LANGUAGE]: ui.language, [VISIT]: ui.visit };
  entry.sign = make("span", { "aria-hidden": "true" });
  entry.error = make("div", { class: "error" });
  element.replaceChildren(
    make("span", { class: "visually-hidden" }, `${dir === "in" ? ui.you : ui.service}: `),
    make("div", { class: "bubble", lang: locale && locale !== hello.locale ? locale : null },
      ...(entry.uploads ?? []).map(uploadRow),
      ...(entry.uploads ? [] : dir === "in" ? ownParagraphs(commands[text] ?? text) : paragraphs(entry.parts ?? [[text, ""]], entry.progress)),
      file?.picture ? picture(file, text) : null,
      file?.sound ? make("audio", { class: "sound", controls: "", preload: "none", src: file.url, "aria-label": file.name }) : null,
      file ? fileLink(file) : null,
      /^(https?:\/\/|\/form\/|\/survei\/)/.test(link?.url) ? make("a", { class: "open", href: link.url, target: "_blank", rel: "noopener noreferrer" }, link.label) : null,
      make("div", { class: "foot" }, make("time", { datetime: at.toISOString() },
        format(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })), entry.sign)),
    entry.error,
  );
  paintState(entry);
}

// Separate from `paint`, so that a screen reader does not read the message again.
export function paintState(entry) {
  const { state, dir } = entry;
  entry.element.className = `message ${dir} ${state ?? ""}`;
  const signs = {
    uploading: entry.isPaused ? ui.waiting : ui.uploading, waiting: isSynced() ? "" : ui.waiting, sending: ui.sending, sent: "✓",
  };
  entry.sign.textContent = signs[state] ?? "";
  if (state === "uploading") entry.error.replaceChildren(button("chip", ui.cancel, () => actions.remove(entry)));
  else if (state !== "failed") entry.error.replaceChildren();
  else {
    entry.error.replaceChildren(make("p", {}, `${ui.failed}. ${entry.why}`),
      ...(entry.isFinal ? [] : [button("chip", ui.retry, () => actions.retry(entry))]), button("chip", ui.discard, () => actions.remove(entry)));
  }
}

const fileIcon = () => $("file-icon").content.cloneNode(true);

// Its words say what it shows, also to who does not see it.
function picture(file, text) {
  return make("img", { class: "picture", src: file.url, alt: text, load: () => { if (following) scrollToEnd(false); } });
}

function fileLink(file) {
  return make("a", { class: "file", href: file.url, download: file.name },
    fileIcon(), make("span", {}, make("b", {}, file.name), make("small", {}, ui.download)));
}

function uploadRow(upload) {
  upload.bar = upload.isDone ? null : make("progress", { max: 1, value: upload.part ?? 0, "aria-label": upload.file.name });
  return make("div", { class: "file" },
    fileIcon(), make("span", {}, make("b", {}, upload.file.name), make("small", {}, fileSize(upload.file.size)), upload.bar));
}

// After every change: updates the buttons, the lines between days and the welcome.
export function refresh() {
  const shown = withButtons();
  if (shown.length !== choicesOf.length || shown.some((entry, at) => entry !== choicesOf[at])) showChoices(shown);
  hideEdited();
  $("welcome")?.remove();
  if (isSynced() && !entries.length) log.before(welcome());
  let day = "";
  for (const entry of entries) {
    const name = dayOf(entry.at) === day ? "" : dayName(entry.at);
    day = dayOf(entry.at);
    if (name === (entry.day?.textContent ?? "")) continue;
    entry.day?.remove();
    entry.day = name ? make("div", { class: "day" }, name) : null;
    if (name) entry.element.before(entry.day);
  }
}

// A message that edits another one takes its place: the other one and the tap between them are not shown.
function hideEdited() {
  const shown = entries.filter((entry) => !entry.notice);
  const hidden = new Set();
  shown.forEach((entry, at) => {
    const [before, tap] = shown.slice(Math.max(0, at - 2), at);
    if (entry.edits && before?.dir === "out" && tap?.dir === "in") hidden.add(before).add(tap);
  });
  for (const entry of entries) entry.element.hidden = hidden.has(entry);
}

// The newest message; and, until the person says something, the open question and each piece of news. The same buttons are shown once.
function withButtons() {
  const newest = entries.findLast((entry) => entry.dir === "out" && (entry.choices.length || !entry.notice));
  const question = entries.findLast((entry) => entry.dir === "in" || !entry.notice);
  const since = entries.findLastIndex((entry) => entry.dir === "in");
  const open = entries.filter((entry, at) => at > since && (entry === question || (entry.notice && entry.choices.length)));
  const codes = (entry) => entry.choices.map((choice) => choice.value).join();
  const once = open.filter((entry, at) => !open.slice(at + 1).some((later) => codes(later) === codes(entry)));
  return entries.filter((entry) => entry === newest || once.includes(entry));
}

function showChoices(shown) {
  for (const group of log.querySelectorAll(".choices")) group.remove();
  choicesOf = shown;
  shown.forEach(showChoicesOf);
}

function showChoicesOf(entry) {
  if (!(entry.choices.length || entry.takesFile)) return;
  const isTapped = entries.some((own) => own.frame?.prompt === entry.id && ["waiting", "sending"].includes(own.state));
  const last = entry.choices.filter((choice) => choice.finishes), others = entry.choices.filter((choice) => !choice.finishes);
  const answers = others.filter((choice) => !choice.nav), nav = others.filter((choice) => choice.nav);
  const isBrief = answers.length <= 4 && answers.every((choice) => choice.label.length <= 16);
  const isScale = answers.length && answers.every((choice) => choice.step);
  const shape = isScale ? "scale" : isBrief ? "brief" : answers.length > 8 ? "many" : "";
  const row = (kind, of, choices) => make("div", { class: kind }, ...choices.map((choice) => choiceButton(entry, of, choice)));
  const group = make("div", { class: "choices", role: "group", "aria-label": ui.choices, keydown: moveFocus },
    entry.takesFile ? button(last.length || entry.asksText ? "choice" : "main", ui.pick, () => $("files").click()) : null,
    answers.length ? row(`answers ${shape}`, "choice", answers) : null,
    last.length ? row("finish", "main", last) : null,
    nav.length ? row("nav", "chip", nav) : null);
  if (isTapped) for (const one of group.querySelectorAll("button")) one.setAttribute("aria-disabled", "true");
  entry.element.append(group);
}

function choiceButton(entry, kind, choice) {
  const one = button(kind, choice.step ?? choice.label, (event) => actions.tap(entry, choice, event));
  if (choice.step) one.setAttribute("aria-label", choice.label);
  if (choice.ticked !== null) one.setAttribute("aria-pressed", choice.ticked);
  return one;
}

export function focusFirstChoice(entry) {
  if (choicesOf.includes(entry)) entry.element.querySelector(".choices button")?.focus({ preventScroll: true });
}

function moveFocus(event) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...event.currentTarget.querySelectorAll("button")];
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
}

function welcome() {
  return make("section", { id: "welcome" },
    make("h2", {}, ui.welcome), make("p", {}, ui.welcome_more),
    button("main", ui.start, actions.start),
    make("p", {}, ui.welcome_kept));
}

// ---- Scrolling: follows the end of the conversation unless the person reads further up

let following = true, scrollingUntil = 0, unread = 0;
export const isFollowing = () => following;

// The end; but an answer that is longer than the screen is shown from its beginning.
function endPosition() {
  let first = entries.length - 1;
  while (first > 0 && entries[first].dir === "out" && areTogether(entries[first - 1], entries[first])) first -= 1;
  const end = scroller.scrollHeight - scroller.clientHeight;
  if (entries[first]?.dir !== "out") return end;
  return Math.min(end, entries[first].element.offsetTop - scroller.offsetTop - 12);
}

const areTogether = (one, next) => one.dir === "out" && next.at - one.at < 5000;

export function scrollToEnd(isSmooth = !reducedMotion.matches && !document.hidden) {
  scroller.scrollTo({ top: endPosition(), behavior: isSmooth ? "smooth" : "instant" });
  scrollingUntil = isSmooth ? Date.now() + 700 : 0;
  following = true;
  setUnread(document.hidden ? unread : 0);
}

// What is on the screen stays there while messages are added above it.
export const distanceToEnd = () => scroller.scrollHeight - scroller.scrollTop;
export function keepPlace(distance) { scroller.scrollTop = scroller.scrollHeight - distance; }

function setUnread(count) {
  unread = count;
  $("jump").hidden = following || !unread;
  document.title = unread && document.hidden ? `(${unread}) ${title}` : title;
}

// An answer has arrived.
export function countUnread() {
  if (!following || document.hidden) setUnread(unread + 1);
}

scroller.addEventListener("scroll", () => {
  if (Date.now() < scrollingUntil) return;
  following = scroller.scrollTop > endPosition() - 60;
  if (following && !document.hidden) setUnread(0);
});
new ResizeObserver(() => { if (following) scrollToEnd(false); }).observe(scroller);
$("jump").addEventListener("click", () => { scrollToEnd(); if (!isTouch) words.focus({ preventScroll: true }); });

// The page is visible again.
export function clearUnread() {
  if (following) setUnread(0);
}

let typingTimer = 0;
export function showTyping(on) {
  clearTimeout(typingTimer);
  const show = (visible) => { $("typing").hidden = !visible; if (visible && following) scrollToEnd(); };
  if (on) typingTimer = setTimeout(() => { show(true); typingTimer = setTimeout(show, 10000, false); }, 350);
  else show(false);
}
