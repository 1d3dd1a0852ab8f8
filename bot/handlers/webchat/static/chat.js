// The chat page. The server numbers the messages. What the person sends has an id of its own (`client`) and is repeated
// until the server has accepted it. Needs Safari 15.4, Chrome 97 or Firefox 104.

import { resizeComposer, startComposer } from "./composer.js";
import { connect, connectNow, connectSoon, disconnect, isSynced, send, startConnection } from "./connection.js";
import { $, button, isTouch, words } from "./dom.js";
import {
  LANGUAGE, MENU, START, VISIT, add, clearUnread, countUnread, distanceToEnd, entries, focusFirstChoice, isFollowing, keepPlace, paint, paintState, refresh, removeEntry,
  repaint, repaintState, scrollToEnd, showTyping, startMessages,
} from "./messages.js";
import { store } from "./storage.js";
import { hello, setLanguage, ui } from "./texts.js";
import { startUpload } from "./uploads.js";

// ms between two messages and between two acknowledgements; so the server, which counts them, never sees a flood
const MESSAGE_PAUSE = 80, ACKNOWLEDGE_PAUSE = 500;
const ACKNOWLEDGE_DELAY = 100; // ms; messages that arrive together are acknowledged together
const ANSWER_TIMEOUT = 20000; // ms; a message without an answer is sent again over a new connection
const DOUBLE_CLICK = 250; // ms; the second click would press a button of the next question
const MAX_UPLOADS = 3; // times that the files of one message are uploaded because the server no longer has them
const { version } = hello;

function applyLanguage() {
  document.documentElement.lang = hello.locale;
  for (const element of document.querySelectorAll("[data-ui]")) element.textContent = ui[element.dataset.ui];
  for (const element of document.querySelectorAll("[data-ui-label]")) {
    element.setAttribute("aria-label", ui[element.dataset.uiLabel]);
    if (element.tagName === "BUTTON") element.title = ui[element.dataset.uiLabel];
  }
  words.placeholder = ui.write;
  $("language").setAttribute("aria-label", `${ui.language}: ${ui.other_language}`);
  repaint();
}

// ---- Sending

let inFlight = null, sentAt = -Infinity, flushTimer = 0, answerTimer = 0, tappedAt = 0, focusesChoice = false;
const lastShown = () => entries.reduce((last, { id }) => Math.max(last, id ?? 0), 0);
const lastReceived = () => entries.reduce((last, { id, dir }) => (dir === "out" && id > last ? id : last), 0) || null;

function enqueue(text, frame, uploads = null) {
  const client = crypto.randomUUID();
  const entry = {
    client, dir: "in", at: new Date(), text, uploads, choices: [],
    state: uploads ? "uploading" : "waiting", frame: { ...frame, client, seen: lastReceived() },
  };
  add(entry);
  saveQueue();
  refresh();
  scrollToEnd();
  connectSoon();
  flush();
  return entry;
}

const sendText = (text) => enqueue(text, { type: "text", text });

// A button that stands for a command.
function press(command, event) {
  focusAfterPress(event);
  sendText(command);
}

function tap(entry, choice, event) {
  const isDoubleClick = event.detail > 0 && Date.now() - tappedAt < DOUBLE_CLICK;
  if (event.currentTarget.hasAttribute("aria-disabled") || isDoubleClick) return;
  tappedAt = Date.now();
  focusAfterPress(event);
  repaintState(enqueue(choice.label, { type: "tap", value: choice.value, label: choice.label, prompt: entry.id }));
}

// After a press by keyboard the focus goes to the next question's first button, after one by mouse to the composer. On a
// phone no keyboard opens.
function focusAfterPress(event) {
  focusesChoice = event.detail === 0;
  if (!isTouch || focusesChoice) words.focus({ preventScroll: true });
}

function setState(entry, state, why = "") {
  Object.assign(entry, { state, why });
  repaintState(entry);
  saveQueue();
}

// Sends one message at a time and in order: the next one when the one before is accepted.
function flush() {
  clearTimeout(flushTimer);
  const next = entries.find((entry) => entry.state === "waiting");
  if (!isSynced() || inFlight || !next) return;
  const pause = sentAt + MESSAGE_PAUSE - performance.now();
  if (pause > 0) { flushTimer = setTimeout(flush, pause); return; }
  inFlight = next;
  sentAt = performance.now();
  next.state = "sending";
  setTimeout(() => { if (next.state === "sending") paintState(next); }, 700);
  answerTimer = setTimeout(disconnect, ANSWER_TIMEOUT);
  const { prompt, ...frame } = next.frame;
  send(frame);
}

function finishSending(entry, state, why) {
  if (entry && entry === inFlight) {
    clearTimeout(answerTimer);
    inFlight = null;
  }
  if (entry) setState(entry, state, why);
  flush();
}

function remove(entry) {
  entry.transfer?.cancel();
  removeEntry(entry);
  saveQueue();
  words.focus();
}

function retry(entry) {
  entry.uploadCount = 0;
  if (entry.uploads) uploadAgain(entry);
  else setState(entry, "waiting");
  connectSoon();
  flush();
  words.focus();
}

// Texts that are not accepted yet survive a reload; files cannot.
function saveQueue() {
  const own = entries.filter((entry) => entry.frame && !entry.uploads && entry.state !== "sent");
  store.set("queue", JSON.stringify(own.map(({ client, at, text, frame, state, why }) => ({ client, at, text, frame, state, why }))));
}

function restoreQueue() {
  for (const entry of JSON.parse(store.get("queue") ?? "[]")) {
    add({ ...entry, state: entry.state === "failed" ? "failed" : "waiting", dir: "in", at: new Date(entry.at), choices: [] });
  }
}

// ---- Files

function sendFiles(list) {
  const files = [...list], limit = hello.limits.file_mb * 1048576;
  const large = files.filter((file) => file.size > limit), good = files.filter((file) => file.size <= limit);
  if (large.length) refuseFiles(large, ui.too_large);
  if (good.length > hello.limits.files) refuseFiles(good, ui.too_many);
  else if (good.length) upload(enqueue("", { type: "files", count: good.length }, good.map((file) => ({ file }))));
  if (!isTouch) words.focus({ preventScroll: true });
}

function refuseFiles(files, why) {
  const uploads = files.map((file) => ({ file, isDone: true }));
  add({ dir: "in", at: new Date(), text: "", uploads, choices: [], state: "failed", why, isFinal: true });
  refresh();
  scrollToEnd();
}

function upload(entry) {
  entry.uploadCount = (entry.uploadCount ?? 0) + 1;
  entry.transfer = startUpload(entry, {
    isConnected: isSynced,
    locale: () => hello.locale,
    onProgress: (one, part) => {
      one.part = part;
      if (one.isDone) one.bar?.remove();
      else if (one.bar) one.bar.value = part;
    },
    onPause: (isPaused) => { entry.isPaused = isPaused; paintState(entry); },
    onDone: () => { setState(entry, "waiting"); flush(); },
    onFailed: (why, isFinal) => {
      entry.isFinal = isFinal;
      setState(entry, "failed", why || ui.interrupted);
      if (isFollowing()) scrollToEnd();
    },
  });
}

function uploadAgain(entry) {
  for (const one of entry.uploads) Object.assign(one, { isDone: false, part: 0 });
  setState(entry, "uploading");
  paint(entry);
  upload(entry);
}

// The code on the poster at the door says what its reader came for. A reload does not say it again.
function sayWhatTheLinkOpens() {
  if (location.hash !== `#${VISIT.slice(1)}`) return;
  history.replaceState(null, "", location.pathname + location.search);
  sendText(VISIT);
}

const isUploading = () => entries.some((entry) => entry.state === "uploading");

// ---- Earlier messages

let before = null; // id before which there may be more
let reading = null; // while they come: how far the end is below what is on the screen

function onEarlier(frame) {
  before = frame.before;
  refresh();
  keepPlace(reading);
  stopReading();
  announceNews();
}

// A screen reader reads what is new, not what was said before.
const announceNews = () => setTimeout(() => $("log").setAttribute("aria-live", "polite"));

function stopReading() {
  reading = null;
  $("earlier").hidden = !before;
  $("earlier").removeAttribute("aria-disabled");
}

$("earlier").addEventListener("click", () => {
  if (reading !== null || !isSynced()) return;
  reading = distanceToEnd();
  $("earlier").setAttribute("aria-disabled", "true");
  $("log").setAttribute("aria-live", "off");
  send({ type: "earlier", before });
});

// ---- Receiving

function onFrame(frame) {
  const receivers = {
    hello: onHello, cleared: onCleared, synced: onSynced, message: onMessage, typing: () => showTyping(true), accepted: onAccepted,
    failed: onFailed, earlier: onEarlier,
  };
  receivers[frame.type]?.(frame);
}

function onHello(frame) {
  if (frame.version !== version && store.get("reloaded") !== frame.version && !isUploading()) {
    store.set("reloaded", frame.version);
    location.reload();
  } else if (frame.locale !== hello.locale) {
    setLanguage(frame);
    applyLanguage();
  }
}

// The person was signed out here, or has lost a role: whoever sits here now sees nothing of what was said before.
function onCleared() {
  for (const entry of entries.splice(0)) entry.transfer?.cancel();
  $("log").replaceChildren();
  words.value = "";
  store.set("queue", "[]");
  store.set("draft", "");
  location.reload();
}

function onSynced(frame) {
  before ??= frame.before;
  stopReading();
  refresh();
  for (const own of entries) {
    if (own.state === "waiting") paintState(own);
    else if (own.state === "uploading") own.transfer.resume();
  }
  if (isFollowing()) scrollToEnd(false);
  announceNews();
  acknowledge();
  flush();
}

function onMessage(frame) {
  if (entries.some((entry) => entry.id === frame.id)) return;
  const at = new Date(frame.at), isOut = frame.dir === "out";
  const own = isOut ? null : entries.find((entry) => entry.client && entry.client === frame.client);
  if (own) { confirmOwn(own, frame, at); return; }
  const entry = { ...frame, at, takesFile: frame.takes_file, asksText: frame.asks_text, state: isOut ? null : "sent" };
  add(entry);
  if (!isSynced() || (reading !== null && frame.id < before)) return;
  refresh();
  if (isOut) { showTyping(false); entry.element.classList.add("arriving"); }
  if (isFollowing()) scrollToEnd();
  if (isOut) countUnread();
  acknowledge();
  if (focusesChoice && document.activeElement === words && !words.value) focusFirstChoice(entry);
}

// The server has given the person's message its number. The message stays where it is on the screen.
function confirmOwn(own, frame, at) {
  own.transfer?.cancel();
  const isChanged = frame.file || (frame.text && frame.text !== own.text);
  Object.assign(own, { id: frame.id, at, text: frame.text || own.text, file: frame.file, locale: frame.locale });
  if (isChanged) paint(own);
  finishSending(own, "sent");
}

function onAccepted({ client }) {
  finishSending(entries.find((entry) => entry.client === client), "sent");
}

function onFailed({ client, text, upload_again: mustUpload }) {
  showTyping(false);
  const entry = entries.find((own) => own.client === client);
  finishSending(entry, "failed", text);
  if (mustUpload && entry?.uploads && entry.uploadCount < MAX_UPLOADS) uploadAgain(entry);
  if (isFollowing()) scrollToEnd();
}

function onLost(wasNotUnderstood) {
  showTyping(false);
  stopReading();
  acknowledged = 0;
  finishSending(inFlight, wasNotUnderstood ? "failed" : "waiting", ui.interrupted);
  for (const own of entries) if (own.state === "waiting") paintState(own);
}

let acknowledged = 0, acknowledgedAt = -Infinity, acknowledgeTimer = 0;

function acknowledge() {
  if (acknowledgeTimer) return;
  acknowledgeTimer = setTimeout(() => {
    acknowledgeTimer = 0;
    const last = lastShown();
    if (document.hidden || !isSynced() || last <= acknowledged) return;
    send({ type: "ack", id: last });
    acknowledged = last;
    acknowledgedAt = performance.now();
  }, Math.max(ACKNOWLEDGE_DELAY, acknowledgedAt + ACKNOWLEDGE_PAUSE - performance.now()));
}

function showStatus(name, misdirected) {
  const texts = {
    "": "", connecting: ui.connecting, offline: ui.offline, blocked: ui.blocked, fast: ui.fast, elsewhere: ui.elsewhere,
    misdirected,
  };
  $("status").replaceChildren(texts[name], name === "elsewhere" ? button("chip", ui.here, connect) : "");
}

$("menu").addEventListener("click", (event) => press(MENU, event));
$("language").addEventListener("click", (event) => press(LANGUAGE, event));
addEventListener("beforeunload", (event) => { if (isUploading()) event.preventDefault(); });
addEventListener("hashchange", sayWhatTheLinkOpens);
addEventListener("online", connectNow);
addEventListener("offline", disconnect);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  clearUnread();
  acknowledge();
  connect();
});

startMessages({ start: (event) => press(START, event), tap, retry, remove });
startComposer({ sendText: (text) => { focusesChoice = false; sendText(text); }, sendFiles });
restoreQueue();
applyLanguage();
resizeComposer();
startConnection({ lastShown, onFrame, onLost, onStatus: showStatus });
sayWhatTheLinkOpens();
if (!isTouch && self === top) words.focus();
