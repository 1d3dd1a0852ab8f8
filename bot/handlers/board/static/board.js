// Shows every change of the queue. Where events do not come through, the page loads itself again.

/** Milliseconds without an event after which the connection counts as lost; the server sends one every 15 seconds. */
const LOST_AFTER = 40_000;
/** Milliseconds that a new call stays marked. */
const MARKED = 6_000;

const place = (id) => document.getElementById(id);
let calls = null;
let lastEvent = Date.now();

function list(target, codes) {
  target.replaceChildren(
    ...codes.map((code) => {
      const item = document.createElement("li");
      item.textContent = code;
      return item;
    }),
  );
}

function show(board) {
  const first = place("first");
  if (first.textContent !== (board.called[0] ?? "–")) first.textContent = board.called[0] ?? "–";
  list(place("others"), board.called.slice(1));
  list(place("next"), board.next);
  place("waiting").textContent = board.waiting;
  place("note").textContent = board.note;
  place("note").hidden = !board.note;
  if (calls !== null && board.calls > calls) {
    first.classList.add("new");
    setTimeout(() => first.classList.remove("new"), MARKED);
  }
  calls = board.calls;
}

const events = new EventSource(`/board/events${location.search}`);
events.onmessage = (event) => {
  lastEvent = Date.now();
  place("lost").hidden = true;
  show(JSON.parse(event.data));
};
events.onerror = () => {
  place("lost").hidden = false;
};
setInterval(() => {
  if (Date.now() - lastEvent > LOST_AFTER) location.reload();
}, 5_000);
