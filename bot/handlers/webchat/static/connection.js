// The connection to the server: asks for the session's cookie, opens the WebSocket, and starts again whenever one of
// them fails or makes no progress.

const OPENED_ELSEWHERE = 4000, TOO_FAST = 4029, NOT_UNDERSTOOD = 1008, NO_CODE = 1006; // close codes
const MISDIRECTED = 421; // HTTP status
const OPEN_TIMEOUT = 10000; // ms without progress until the page has all messages
const FIRST_PAUSE = 500, SHORTEST_PAUSE = 1000, LONGEST_PAUSE = 15000, FLOOD_PAUSE = 10000; // ms between two attempts
const STATUS_DELAY = 900; // ms; a faster connection shows no status

let handlers = null; // { lastShown(), onFrame(frame), onLost(wasNotUnderstood), onStatus(name, words) }
let socket = null, isOpening = false, synced = false, attempts = 0, attemptedAt = 0, sessionsWithoutCookie = 0;
let misdirection = ""; // what the server says of the address that the page was opened at
let reconnection = 0, openTimer = 0, status = "", canSkipPause = true;

// `onStatus` gets "", "connecting", "offline", "blocked" (no cookies), "misdirected", "fast" or "elsewhere", and what the
// server says of a misdirected page.
export function startConnection(given) {
  handlers = given;
  connect();
}

// Whether the page has received all messages and may send.
export const isSynced = () => synced;

export const send = (frame) => socket.send(JSON.stringify(frame));

export async function connect() {
  clearTimeout(reconnection);
  if (socket || isOpening) return;
  isOpening = true;
  canSkipPause = true;
  attemptedAt = Date.now();
  setTimeout(() => { if (!synced && !status) setStatus("connecting"); }, STATUS_DELAY);
  const isReady = await openSession();
  isOpening = false;
  if (isReady) openSocket();
  else reconnectLater();
}

// The person has sent something: does not wait for the next attempt, unless the server asked for a pause.
export function connectSoon() {
  if (socket || isOpening || !canSkipPause) return;
  const pause = attemptedAt + SHORTEST_PAUSE - Date.now();
  clearTimeout(reconnection);
  if (pause <= 0) connect();
  else reconnection = setTimeout(connect, pause);
}

export function connectNow() {
  attempts = 0;
  connect();
}

// Does not wait for the closing handshake, because the other side may be gone.
export function disconnect() {
  socket?.close();
  if (socket) onClosed(NO_CODE);
}

async function openSession() {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), OPEN_TIMEOUT);
  try {
    const response = await fetch("session", { method: "POST", signal: controller.signal });
    misdirection = response.status === MISDIRECTED ? await response.text() : "";
    const { known } = await response.json();
    sessionsWithoutCookie = known ? 0 : sessionsWithoutCookie + 1;
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function openSocket() {
  const opened = socket = new WebSocket(new URL(`ws?after=${handlers.lastShown()}`, location.href.replace("http", "ws")));
  restartOpenTimer();
  opened.onmessage = (event) => { if (socket === opened) onFrame(JSON.parse(event.data)); };
  opened.onclose = (event) => { if (socket === opened) onClosed(event.code); };
}

function restartOpenTimer() {
  clearTimeout(openTimer);
  openTimer = setTimeout(disconnect, OPEN_TIMEOUT);
}

function onFrame(frame) {
  if (frame.type === "synced") {
    clearTimeout(openTimer);
    attempts = 0;
    synced = true;
    setStatus("");
  } else if (!synced) restartOpenTimer();
  handlers.onFrame(frame);
}

function onClosed(code) {
  clearTimeout(openTimer);
  socket = null;
  synced = false;
  handlers.onLost(code === NOT_UNDERSTOOD);
  canSkipPause = code !== OPENED_ELSEWHERE && code !== TOO_FAST;
  if (code === OPENED_ELSEWHERE) setStatus("elsewhere");
  else if (code === TOO_FAST) {
    setStatus("fast");
    reconnection = setTimeout(connect, FLOOD_PAUSE);
  } else reconnectLater();
}

function reconnectLater() {
  setStatus(misdirection ? "misdirected" : sessionsWithoutCookie > 1 ? "blocked" : attempts || !navigator.onLine ? "offline" : "");
  reconnection = setTimeout(connect, Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempts) * (0.7 + Math.random() * 0.6));
  attempts += 1;
}

function setStatus(name) {
  status = name;
  handlers.onStatus(name, misdirection);
}
