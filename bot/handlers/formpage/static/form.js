// Saves each answer as it is left, shows the questions that come to apply, and adds rows to tables.
// Without this script, the button of the section saves everything.

const form = document.querySelector("form");
const state = document.getElementById("state");
const questions = [...form.querySelectorAll(".question")];
const byId = new Map(questions.map((question) => [question.dataset.id, question]));

const inputsOf = (question) => [...question.querySelectorAll("input, select, textarea")];
const isText = (input) => input.type !== "file";
const isPicked = (input) => !["radio", "checkbox"].includes(input.type) || input.checked;
const pairsOf = (question) => inputsOf(question).filter(isText).filter(isPicked).map((input) => [input.name, input.value]);
const answerOf = (question) => JSON.stringify(pairsOf(question).filter(([name, words]) => !name.startsWith("seen.") && words.trim()));

// What the service has of each question, as this page knows it.
const known = new Map(questions.map((question) => [question, answerOf(question)]));
let sending = Promise.resolve();

// Nothing appears while a button is pressed: what is being pressed would move away before it is let go.
let released = Promise.resolve();
let letGo = () => {};
addEventListener("pointerdown", () => { released = new Promise((resolve) => { letGo = resolve; }); }, true);
for (const type of ["pointerup", "pointercancel", "dragend"]) addEventListener(type, () => setTimeout(letGo), true);

function save(question) {
  if (question.disabled || answerOf(question) === known.get(question)) return;
  sending = sending.then(() => send(question));
}

async function send(question) {
  const answer = answerOf(question);
  if (answer === known.get(question)) return;
  state.textContent = form.dataset.saving;
  try {
    const reply = await fetch(form.dataset.answer, {
      method: "POST", body: new URLSearchParams(pairsOf(question)), keepalive: true, redirect: "error",
    });
    if (!reply.ok) throw new Error(reply.status);
    const said = await reply.json();
    await released;
    show(question, answer, said);
  } catch {
    state.textContent = form.dataset.lost;
  }
}

function show(question, answer, reply) {
  if (reply.state === "conflict") return form.requestSubmit(form.querySelector(".again"));
  known.set(question, answer);
  if (reply.state === "saved") form.elements.saved.value = "1";
  if (reply.state !== "wrong") form.elements[`seen.${question.dataset.id}`].value = reply.seen;
  const saved = `${codeOf(question)}: ${form.dataset.saved}${reply.asked && `. ${reply.asked}`}`;
  state.textContent = reply.state === "saved" ? saved : reply.text;
  question.querySelector(".error").textContent = reply.text;
  question.querySelector(".told").textContent = reply.asked;
  for (const input of inputsOf(question)) {
    if (reply.text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  question.classList.toggle("saved", reply.state === "saved");
  showProgress(reply);
}

function showProgress(reply) {
  const applying = new Set(reply.applies);
  for (const [id, question] of byId) question.hidden = question.disabled = !applying.has(id);
  document.getElementById("progress-words").textContent = reply.progress;
  Object.assign(document.getElementById("progress"), { value: reply.done, max: reply.count });
}

const codeOf = (question) => question.querySelector(".label, legend").textContent.trim().split(" ")[0];
const questionOf = (target) => target.closest(".question");

form.addEventListener("change", ({ target }) => {
  if (["radio", "checkbox", "select-one"].includes(target.type) && !target.name.startsWith("keep.")) save(questionOf(target));
});

form.addEventListener("focusout", ({ target, relatedTarget }) => {
  const question = questionOf(target);
  if (question && !question.contains(relatedTarget)) save(question);
});

// An empty row like the last one, numbered one higher.
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=more]");
  const rows = button?.closest(".question")?.querySelector("tbody");
  if (!rows) return;
  event.preventDefault();
  const row = rows.lastElementChild.cloneNode(true);
  const number = rows.children.length + 1;
  row.firstElementChild.textContent = number;
  for (const input of row.querySelectorAll("input, textarea")) {
    input.name = input.name.replace(/^(q\.\w+\.)\d+/, `$1${number}`);
    input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+/, number));
    input.value = "";
  }
  rows.append(row);
  row.querySelector("input, textarea").focus();
});

// Words for "Lainnya" pick it.
form.addEventListener("input", ({ target }) => {
  const option = target.name?.endsWith(".other") && questionOf(target).querySelector("[data-other]");
  if (option && target.value) option.checked = true;
});
