// The text box, and the ways to send files: the button, a paste, a drop.

import { $, isTouch, words } from "./dom.js";
import { store } from "./storage.js";
import { hello, ui } from "./texts.js";

let actions = null; // { sendText(text), sendFiles(files) }

export function resizeComposer() {
  words.style.height = "auto";
  words.style.height = `${words.scrollHeight + 3}px`;
  const used = [...words.value].length, most = hello.limits.text;
  $("count").hidden = used < most * 0.9;
  $("count").className = used > most ? "over" : "";
  $("count").textContent = used > most ? `${ui.too_long} (${used})` : `${used} / ${most}`;
  $("send").disabled = !words.value.trim() || used > most;
}

function submit(event) {
  event.preventDefault();
  resizeComposer();
  if ($("send").disabled) return;
  actions.sendText(words.value.trim());
  words.value = "";
  store.set("draft", "");
  resizeComposer();
  words.focus();
}

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

$("composer").addEventListener("submit", submit);
words.addEventListener("input", () => { resizeComposer(); store.set("draft", words.value); });
words.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !isTouch) submit(event);
});
words.addEventListener("paste", (event) => {
  const { files } = event.clipboardData;
  if (!files.length || event.clipboardData.getData("text/plain")) return;
  event.preventDefault();
  actions.sendFiles(files);
});
$("attach").addEventListener("click", () => $("files").click());
$("files").addEventListener("change", (event) => { actions.sendFiles(event.target.files); event.target.value = ""; });
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
  actions.sendFiles(event.dataTransfer.files);
});

export function startComposer(given) {
  actions = given;
  words.value = store.get("draft") ?? "";
}
