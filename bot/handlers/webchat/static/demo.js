// A dot on a tab: something was said in its conversation while another one was shown.

const seats = [...document.querySelectorAll("input[name=seat]")];
const frames = [...document.querySelectorAll("iframe")];
const dot = (seat) => document.querySelector(`label[for=${seat.id}] .new`);

function watch(frame, seat) {
  const log = frame.contentDocument?.getElementById("log");
  if (!log) return;
  const isNew = (node) => node.classList?.contains("out") && log.getAttribute("aria-live") === "polite"; // not the history
  new MutationObserver((changes) => {
    const said = changes.some((change) => [...change.addedNodes].some(isNew));
    if (said && getComputedStyle(frame).visibility === "hidden") dot(seat).hidden = false;
  }).observe(log, { childList: true });
}

seats.forEach((seat, index) => {
  const frame = frames[index];
  seat.addEventListener("change", () => { dot(seat).hidden = true; });
  frame.addEventListener("load", () => watch(frame, seat));
  if (frame.contentDocument?.readyState === "complete") watch(frame, seat);
});
