// The chat page. The server numbers its messages; what the person sends carries an id of its own ("client") and is repeated
// until the server has accepted it. Words from anywhere are only ever put in as text. Needs Safari 15.4, Chrome 97, Firefox 104.

const $ = (id) => document.getElementById(id);
const scroller = $("scroll"), log = $("log"), words = $("words"), line = $("line");
const LANGUAGE = "/bahasa", MENU = "/menu", START = "/start";
const OPENED_ELSEWHERE = 4000, TOO_FAST = 4029, NOT_UNDERSTOOD = 1008;
const PACE = 100; // ms between two messages: a long queue is no flood
const PATIENCE = 20000; // ms; a message that is not answered for so long goes again, over a new connection
const touch = matchMedia("(hover: none) and (pointer: coarse)").matches;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const title = document.title;

let hello = JSON.parse(document.body.dataset.hello);
const { version } = hello;
let { ui } = hello;

// What is shown, in the order of the screen. An entry: { id, client, dir, at, text, choices, file, uploads, takesFile, notice,
// frame, state, why }; one's own go uploading → waiting → sending → sent, or failed.
const entries = [];
let offered = null; // the entry whose buttons are shown

// One tab can hold several conversations, each below a path of its own: "queue" of one must not be sent by another.
const kept = (key) => `${key} ${location.pathname}`;
const store = {
  get(key) { try { return sessionStorage.getItem(kept(key)); } catch { return null; } },
  set(key, value) { try { sessionStorage.setItem(kept(key), value); } catch { /* storage is off: nothing outlives a reload */ } },
};

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

const button = (kind, label, click) => make("button", { type: "button", class: kind, click }, label);

// ---- Words, times, links

function speak() {
  document.documentElement.lang = hello.locale;
  for (const element of document.querySelectorAll("[data-ui]")) element.textContent = ui[element.dataset.ui];
  for (const element of document.querySelectorAll("[data-ui-label]")) {
    element.setAttribute("aria-label", ui[element.dataset.uiLabel]);
    if (element.tagName === "BUTTON") element.title = ui[element.dataset.uiLabel];
  }
  words.placeholder = ui.write;
  $("language").setAttribute("aria-label", `${ui.language}: ${ui.other_language}`);
  for (const entry of entries) paint(entry);
  offer(offered);
  tidy();
}

// Kept: making one takes a hundred times as long as using it, and each message looks at every day above it.
const formats = new Map();
function format(date, options) {
  const key = JSON.stringify([hello.locale, options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(hello.locale, options));
  return formats.get(key).format(date);
}

const dayOf = (date) => format(date, { day: "numeric", month: "numeric", year: "numeric" });

function dayName(date) {
  const now = new Date(), before = new Date(now);
  before.setDate(now.getDate() - 1);
  if (dayOf(date) === dayOf(now)) return ui.today;
  if (dayOf(date) === dayOf(before)) return ui.yesterday;
  const year = date.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  return format(date, { weekday: "long", day: "numeric", month: "long", ...year });
}

function size(bytes) {
  const [amount, unit] = bytes < 1048576 ? [Math.ceil(bytes / 1024), "kB"] : [bytes / 1048576, "MB"];
  return `${new Intl.NumberFormat(hello.locale, { maximumFractionDigits: 1 }).format(amount)} ${unit}`;
}

const LINKS = new RegExp([
  String.raw`(?<web>https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]'’”])`,
  String.raw`(?<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)`,
  String.raw`(?<phone>(?:\+62|0)[ -]?\d{2,4}(?:[ -]?\d{3,5}){2,3})(?![\w/-])`,
].join("|"), "g");

function linked(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(LINKS)) {
    const { web, mail, phone } = match.groups;
    if (phone && /[\w./-]/.test(text[match.index - 1] ?? " ")) continue; // the end of a longer number
    const target = web ? { href: web, target: "_blank", rel: "noopener noreferrer" }
      : { href: mail ? `mailto:${mail}` : `tel:${phone.replace(/[ -]/g, "")}` };
    parts.push(text.slice(from, match.index), make("a", target, match[0]));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}

const paragraphs = (text, inside) => text.split(/\n{2,}/).filter(Boolean).map((part) => make("p", {}, ...inside(part)));

// ---- Showing messages

function add(entry) {
  let at = entries.length;
  while (at > 0 && goesBefore(entry, entries[at - 1])) at -= 1;
  const next = entries[at];
  entries.splice(at, 0, entry);
  entry.element = make("div", {});
  paint(entry);
  log.insertBefore(entry.element, next?.day ?? next?.element ?? null);
}

// By number; what the server has not accepted yet stays below everything that it has.
function goesBefore(entry, other) {
  if (!entry.id) return false;
  return other.id ? entry.id < other.id : other.state !== "sent";
}

function remove(entry) {
  entries.splice(entries.indexOf(entry), 1);
  entry.day?.remove();
  entry.element.remove();
  keep();
  tidy();
  words.focus();
}

function paint(entry) {
  const { element, dir, text, locale, file, link, at } = entry;
  const commands = { [START]: ui.start, [MENU]: ui.menu, [LANGUAGE]: ui.language };
  entry.sign = make("span", { "aria-hidden": "true" });
  entry.trouble = make("div", { class: "trouble" });
  element.replaceChildren(
    make("span", { class: "unseen" }, `${dir === "in" ? ui.you : ui.service}: `),
    make("div", { class: "bubble", lang: locale && locale !== hello.locale ? locale : null },
      ...(entry.uploads ?? []).map(uploadRow),
      ...(entry.uploads ? [] : paragraphs(dir === "in" ? commands[text] ?? text : text, dir === "in" ? (part) => [part] : linked)),
      file ? fileLink(file) : null,
      /^https?:\/\//.test(link?.url) ? make("a", { class: "open", href: link.url, target: "_blank", rel: "noopener noreferrer" }, link.label) : null,
      make("div", { class: "foot" }, make("time", { datetime: at.toISOString() },
        format(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })), entry.sign)),
    entry.trouble,
  );
  paintState(entry);
}

// Apart from the words, so that a screen reader does not read them again.
function paintState(entry) {
  const { state, dir } = entry;
  entry.element.className = `message ${dir} ${state ?? ""}`;
  const signs = { uploading: ui.uploading, waiting: synced ? "" : ui.waiting, sending: ui.sending, sent: "✓" };
  entry.sign.textContent = signs[state] ?? "";
  if (state === "uploading") entry.trouble.replaceChildren(button("chip", ui.cancel, () => { entry.request.abort(); remove(entry); }));
  else if (state !== "failed") entry.trouble.replaceChildren();
  else {
    entry.trouble.replaceChildren(make("p", {}, `${ui.failed}. ${entry.why}`),
      ...(entry.final ? [] : [button("chip", ui.retry, () => retry(entry))]), button("chip", ui.discard, () => remove(entry)));
  }
}

const fileIcon = () => $("file-icon").content.cloneNode(true);

function fileLink(file) {
  return make("a", { class: "file", href: file.url, download: file.name },
    fileIcon(), make("span", {}, make("b", {}, file.name), make("small", {}, ui.download)));
}

function uploadRow(one) {
  one.bar = one.done ? null : make("progress", { max: 1, value: one.part ?? 0, "aria-label": one.file.name });
  return make("div", { class: "file" },
    fileIcon(), make("span", {}, make("b", {}, one.file.name), make("small", {}, size(one.file.size)), one.bar));
}

// After every change: whose buttons are shown, where a day begins, whether there is anything at all.
function tidy() {
  const newest = entries.findLast((entry) => entry.dir === "out" && (entry.choices.length || !entry.notice)) ?? null;
  if (newest !== offered) offer(newest);
  $("welcome")?.remove();
  if (synced && !entries.length) log.before(welcome());
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

function offer(entry) {
  log.querySelector(".choices")?.remove();
  offered = entry;
  if (!entry || !(entry.choices.length || entry.takesFile)) return;
  const tapped = entries.some((own) => own.frame?.prompt === entry.id && ["waiting", "sending"].includes(own.state));
  const answers = entry.choices.filter((choice) => !choice.nav), nav = entry.choices.filter((choice) => choice.nav);
  const isBrief = answers.length <= 4 && answers.every((choice) => choice.label.length <= 16);
  const shape = isBrief ? "brief" : answers.length > 8 ? "many" : "";
  const row = (kind, of, choices) => make("div", { class: kind },
    ...choices.map((choice) => button(of, choice.label, (event) => tap(entry, choice, event))));
  const group = make("div", { class: "choices", role: "group", "aria-label": ui.choices, keydown: arrows },
    entry.takesFile ? button("main", ui.pick, () => $("files").click()) : null,
    answers.length ? row(`answers ${shape}`, "choice", answers) : null,
    nav.length ? row("nav", "chip", nav) : null);
  if (tapped) for (const one of group.querySelectorAll("button")) one.setAttribute("aria-disabled", "true");
  entry.element.append(group);
}

function arrows(event) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...event.currentTarget.querySelectorAll("button")];
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
}

function welcome() {
  return make("section", { id: "welcome" },
    make("h2", {}, ui.welcome), make("p", {}, ui.welcome_more),
    button("main", ui.start, (event) => { say(START); settleFocus(event); }),
    make("p", {}, ui.welcome_kept));
}

// ---- Place: follow the end of the conversation unless the person reads further up

let following = true, gliding = 0, unread = 0;

// The end; but an answer longer than the screen is shown from its beginning.
function home() {
  let first = entries.length - 1;
  while (first > 0 && entries[first].dir === "out" && isTogether(entries[first - 1], entries[first])) first -= 1;
  const end = scroller.scrollHeight - scroller.clientHeight;
  if (entries[first]?.dir !== "out") return end;
  return Math.min(end, entries[first].element.offsetTop - scroller.offsetTop - 12);
}

const isTogether = (one, next) => one.dir === "out" && next.at - one.at < 5000;

function goHome(smooth = !calm.matches && !document.hidden) {
  scroller.scrollTo({ top: home(), behavior: smooth ? "smooth" : "instant" });
  gliding = smooth ? Date.now() + 700 : 0;
  following = true;
  count(document.hidden ? unread : 0);
}

function count(number) {
  unread = number;
  $("jump").hidden = following || !unread;
  document.title = unread && document.hidden ? `(${unread}) ${title}` : title;
}

scroller.addEventListener("scroll", () => {
  if (Date.now() < gliding) return;
  following = scroller.scrollTop > home() - 60;
  if (following && !document.hidden) count(0);
});
new ResizeObserver(() => { if (following) goHome(false); }).observe(scroller);
$("jump").addEventListener("click", () => { goHome(); if (!touch) words.focus({ preventScroll: true }); });

let typingTimer = 0;
function type(on) {
  clearTimeout(typingTimer);
  const show = (visible) => { $("typing").hidden = !visible; if (visible && following) goHome(); };
  if (on) typingTimer = setTimeout(() => { show(true); typingTimer = setTimeout(show, 10000, false); }, 350);
  else show(false);
}

// ---- Sending

let inFlight = null, impatience = 0, lastTap = 0, toFirstChoice = false;
const lastShown = () => entries.reduce((last, { id }) => Math.max(last, id ?? 0), 0);
const lastHeard = () => entries.reduce((last, { id, dir }) => (dir === "out" && id > last ? id : last), 0) || null;

function put(text, frame, uploads = null) {
  const client = crypto.randomUUID();
  const entry = {
    client, dir: "in", at: new Date(), text, uploads, choices: [],
    state: uploads ? "uploading" : "waiting", frame: { ...frame, client, seen: lastHeard() },
  };
  add(entry);
  keep();
  tidy();
  goHome();
  flush();
  return entry;
}

const say = (text) => put(text, { type: "text", text });

function tap(entry, choice, event) {
  const double = event.detail > 0 && Date.now() - lastTap < 250;
  if (event.currentTarget.hasAttribute("aria-disabled") || double) return;
  lastTap = Date.now();
  settleFocus(event);
  put(choice.label, { type: "tap", value: choice.value, label: choice.label, prompt: entry.id });
  if (offered === entry) offer(entry);
}

// A tap by keyboard goes on at the next question's first button, one by mouse at the composer; on a phone no keyboard opens.
function settleFocus(event) {
  toFirstChoice = event.detail === 0;
  if (!touch || toFirstChoice) words.focus({ preventScroll: true });
}

function offerFocus(entry) {
  if (!toFirstChoice || entry !== offered || document.activeElement !== words || words.value) return;
  entry.element.querySelector(".choices button")?.focus({ preventScroll: true });
}

function mark(entry, state, why = "") {
  Object.assign(entry, { state, why });
  paintState(entry);
  if (entry.frame?.prompt && offered?.id === entry.frame.prompt) offer(offered);
  keep();
}

// One at a time and in order: the next goes when the one before is accepted.
function flush() {
  const next = entries.find((entry) => entry.state === "waiting");
  if (!synced || inFlight || !next) return;
  inFlight = next;
  next.state = "sending";
  setTimeout(() => { if (next.state === "sending") paintState(next); }, 700);
  impatience = setTimeout(drop, PATIENCE);
  const { prompt, ...frame } = next.frame;
  socket.send(JSON.stringify(frame));
}

function landed(entry, state, why) {
  if (entry && entry === inFlight) {
    clearTimeout(impatience);
    inFlight = null;
  }
  if (entry) mark(entry, state, why);
  setTimeout(flush, PACE);
}

function retry(entry) {
  mark(entry, entry.uploads ? "uploading" : "waiting");
  if (entry.uploads) {
    for (const one of entry.uploads) one.done = false;
    paint(entry);
    upload(entry);
  }
  flush();
  words.focus();
}

// Words that are not accepted yet outlive a reload; files cannot.
function keep() {
  const own = entries.filter((entry) => entry.frame && !entry.uploads && entry.state !== "sent");
  store.set("queue", JSON.stringify(own.map(({ client, at, text, frame, state, why }) => ({ client, at, text, frame, state, why }))));
}

function restore() {
  for (const entry of JSON.parse(store.get("queue") ?? "[]")) {
    add({ ...entry, state: entry.state === "failed" ? "failed" : "waiting", dir: "in", at: new Date(entry.at), choices: [] });
  }
}

// ---- Files

function sendFiles(list) {
  const files = [...list], limit = hello.limits.file_mb * 1048576;
  const heavy = files.filter((file) => file.size > limit), good = files.filter((file) => file.size <= limit);
  if (heavy.length) refuse(heavy, ui.too_large);
  if (good.length > hello.limits.files) refuse(good, ui.too_many);
  else if (good.length) upload(put("", { type: "files", count: good.length }, good.map((file) => ({ file }))));
  if (!touch) words.focus({ preventScroll: true });
}

function refuse(files, why) {
  const uploads = files.map((file) => ({ file, done: true }));
  add({ dir: "in", at: new Date(), text: "", uploads, choices: [], state: "failed", why, final: true });
  tidy();
  goHome();
}

function upload(entry) {
  const index = entry.uploads.findIndex((one) => !one.done), one = entry.uploads[index];
  if (!one) { mark(entry, "waiting"); flush(); return; }
  const request = entry.request = new XMLHttpRequest();
  request.open("POST", "upload");
  request.setRequestHeader("Accept-Language", hello.locale);
  request.setRequestHeader("X-Client", entry.client);
  request.setRequestHeader("X-File-Index", index);
  request.setRequestHeader("X-File-Name", encodeURIComponent(one.file.name.toWellFormed?.() ?? one.file.name));
  request.upload.onprogress = ({ loaded, total }) => { one.part = loaded / (total || 1); one.bar.value = one.part; };
  request.onerror = () => mark(entry, "failed", ui.interrupted);
  request.onload = () => {
    entry.final = request.status === 413;
    if (request.status !== 200) { mark(entry, "failed", reason(request)); return; }
    one.done = true;
    one.bar.remove();
    upload(entry);
  };
  request.send(one.file);
}

function reason(request) {
  try { return JSON.parse(request.responseText).text; } catch { return ui.interrupted; }
}

// ---- The connection

let socket = null, opening = false, synced = false, tries = 0, reconnection = 0, cookieless = 0, acknowledged = 0, acknowledgement = 0;

async function connect() {
  clearTimeout(reconnection);
  if (socket || opening) return;
  opening = true;
  setTimeout(() => { if (!synced && !line.textContent) tell(ui.connecting); }, 900);
  try {
    const { known } = await (await fetch("session", { method: "POST" })).json();
    cookieless = known ? 0 : cookieless + 1;
  } catch {
    again();
    return;
  } finally {
    opening = false;
  }
  const mine = socket = new WebSocket(new URL(`ws?after=${lastShown()}`, location.href.replace("http", "ws")));
  mine.onmessage = (event) => { if (socket === mine) hear(JSON.parse(event.data)); };
  mine.onclose = (event) => { if (socket === mine) lost(event.code); };
}

// Does not wait for the other side, which may be gone for long.
function drop() {
  socket?.close();
  if (socket) lost(1006);
}

function lost(code) {
  const entry = inFlight;
  socket = null;
  synced = false;
  acknowledged = 0;
  type(false);
  landed(entry, code === NOT_UNDERSTOOD ? "failed" : "waiting", ui.interrupted);
  for (const own of entries) if (own.state === "waiting") paintState(own);
  if (code === OPENED_ELSEWHERE) tell(ui.elsewhere, button("chip", ui.here, connect));
  else if (code === TOO_FAST) { tell(ui.fast); reconnection = setTimeout(connect, 10000); }
  else again();
}

function again() {
  tell(cookieless > 1 ? ui.blocked : tries || !navigator.onLine ? ui.offline : "");
  reconnection = setTimeout(connect, Math.min(15000, 500 * 2 ** tries) * (0.7 + Math.random() * 0.6));
  tries += 1;
}

function tell(text, act = "") {
  line.replaceChildren(text, act);
}

function hear(frame) {
  const hearers = { hello: greet, synced: inStep, message, typing: () => type(true), accepted, failed };
  hearers[frame.type]?.(frame);
}

function greet(frame) {
  if (frame.version !== version && store.get("reloaded") !== frame.version && !uploading()) {
    store.set("reloaded", frame.version);
    location.reload();
  } else if (frame.locale !== hello.locale) {
    hello = frame;
    ui = frame.ui;
    speak();
  }
}

function inStep() {
  tries = 0;
  synced = true;
  tell("");
  tidy();
  for (const own of entries) if (own.state === "waiting") paintState(own);
  if (following) goHome(false);
  setTimeout(() => log.setAttribute("aria-live", "polite"));
  acknowledge();
  flush();
}

function message(frame) {
  if (entries.some((entry) => entry.id === frame.id)) return;
  const at = new Date(frame.at), isOut = frame.dir === "out";
  const own = isOut ? null : entries.find((entry) => entry.client && entry.client === frame.client);
  if (own) { settle(own, frame, at); return; }
  const entry = { ...frame, at, takesFile: frame.takes_file, state: isOut ? null : "sent" };
  add(entry);
  if (!synced) return;
  tidy();
  if (isOut) { type(false); entry.element.classList.add("arriving"); }
  if (following) goHome();
  if (isOut && (!following || document.hidden)) count(unread + 1);
  acknowledge();
  offerFocus(entry);
}

// What the person sent has got its number: it stays where it stands.
function settle(own, frame, at) {
  const changed = frame.file || (frame.text && frame.text !== own.text);
  Object.assign(own, { id: frame.id, at, text: frame.text || own.text, file: frame.file, locale: frame.locale });
  if (changed) paint(own);
  landed(own, "sent");
}

function accepted({ client }) {
  landed(entries.find((entry) => entry.client === client), "sent");
}

function failed({ client, text }) {
  type(false);
  landed(entries.find((entry) => entry.client === client), "failed", text);
  if (following) goHome();
}

function acknowledge() {
  clearTimeout(acknowledgement);
  acknowledgement = setTimeout(() => {
    const last = lastShown();
    if (document.hidden || !synced || last <= acknowledged) return;
    socket.send(JSON.stringify({ type: "ack", id: last }));
    acknowledged = last;
  }, PACE);
}

// ---- The composer

function measure() {
  words.style.height = "auto";
  words.style.height = `${words.scrollHeight + 3}px`;
  const used = [...words.value].length, most = hello.limits.text;
  $("count").hidden = used < most * 0.9;
  $("count").className = used > most ? "over" : "";
  $("count").textContent = used > most ? `${ui.too_long} (${used})` : `${used} / ${most}`;
  $("send").disabled = !words.value.trim() || used > most;
}

function compose(event) {
  event.preventDefault();
  measure();
  if ($("send").disabled) return;
  toFirstChoice = false;
  say(words.value.trim());
  words.value = "";
  store.set("draft", "");
  measure();
  words.focus();
}

const uploading = () => entries.some((entry) => entry.state === "uploading");
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

$("composer").addEventListener("submit", compose);
words.addEventListener("input", () => { measure(); store.set("draft", words.value); });
words.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !touch) compose(event);
});
words.addEventListener("paste", (event) => {
  const { files } = event.clipboardData;
  if (!files.length || event.clipboardData.getData("text/plain")) return;
  event.preventDefault();
  sendFiles(files);
});
$("attach").addEventListener("click", () => $("files").click());
$("files").addEventListener("change", (event) => { sendFiles(event.target.files); event.target.value = ""; });
$("menu").addEventListener("click", (event) => { settleFocus(event); say(MENU); });
$("language").addEventListener("click", (event) => { settleFocus(event); say(LANGUAGE); });

addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  $("drop").hidden = false;
});
addEventListener("dragleave", (event) => { if (!event.relatedTarget) $("drop").hidden = true; });
addEventListener("drop", (event) => {
  $("drop").hidden = true;
  if (!carriesFiles(event)) return;
  event.preventDefault();
  sendFiles(event.dataTransfer.files);
});
addEventListener("beforeunload", (event) => { if (uploading()) event.preventDefault(); });
addEventListener("online", () => { tries = 0; connect(); });
addEventListener("offline", drop);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  if (following) count(0);
  acknowledge();
  connect();
});

words.value = store.get("draft") ?? "";
restore();
speak();
measure();
connect();
if (!touch && self === top) words.focus();
