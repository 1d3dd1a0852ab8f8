// Shows a dot on a tab when a message arrives in its conversation while another one is shown.

const roles = [...document.querySelectorAll("input[name=role]")];
const frames = [...document.querySelectorAll("iframe")];
const dot = (role) => document.querySelector(`label[for=${role.id}] .new`);

function watch(frame, role) {
  const log = frame.contentDocument?.getElementById("log");
  if (!log) return;
  const isNew = (node) => node.classList?.contains("out") && log.getAttribute("aria-live") === "polite"; // not the history
  new MutationObserver((changes) => {
    const hasNew = changes.some((change) => [...change.addedNodes].some(isNew));
    if (hasNew && getComputedStyle(frame).visibility === "hidden") dot(role).hidden = false;
  }).observe(log, { childList: true });
}

roles.forEach((role, index) => {
  const frame = frames[index];
  role.addEventListener("change", () => { dot(role).hidden = true; });
  frame.addEventListener("load", () => watch(frame, role));
  if (frame.contentDocument?.readyState === "complete") watch(frame, role);
});
