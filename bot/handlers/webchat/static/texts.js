// Texts, dates, sizes and links in the reader's language.

import { make } from "./dom.js";

export let hello = JSON.parse(document.body.dataset.hello);
export let { ui } = hello;

export function setLanguage(newHello) {
  hello = newHello;
  ({ ui } = hello);
}

// Cached, because creating a format takes a hundred times as long as using it.
const formats = new Map();
export function format(date, options) {
  const key = JSON.stringify([hello.locale, options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(hello.locale, options));
  return formats.get(key).format(date);
}

export const dayOf = (date) => format(date, { day: "numeric", month: "numeric", year: "numeric" });

export function dayName(date) {
  const now = new Date(), before = new Date(now);
  before.setDate(now.getDate() - 1);
  if (dayOf(date) === dayOf(now)) return ui.today;
  if (dayOf(date) === dayOf(before)) return ui.yesterday;
  const year = date.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  return format(date, { weekday: "long", day: "numeric", month: "long", ...year });
}

export function fileSize(bytes) {
  const [amount, unit] = bytes < 1048576 ? [Math.ceil(bytes / 1024), "kB"] : [bytes / 1048576, "MB"];
  return `${new Intl.NumberFormat(hello.locale, { maximumFractionDigits: 1 }).format(amount)} ${unit}`;
}

const LINKS = new RegExp([
  String.raw`(?<web>https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]'’”])`,
  String.raw`(?<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)`,
  String.raw`(?<phone>(?:\+62|0)[ -]?\d{2,4}(?:[ -]?\d{3,5}){2,3})(?![\w/-])`,
  String.raw`(?<code>\b(?:(?:[A-Z]-\d{3,4}|[A-Z]{3}-\d{4}-\d{4})(?![\w/-]|\.\d)|[A-Z]-\d{1,5}(?=\/\d)))`, // of the queue, a case, and the beginning of a letter's: on one line
].join("|"), "g");

// The parts of a text: strings, links, and numbers that stay on one line. `kinds`: which of them are looked for.
const ALL = ["web", "mail", "phone", "code"];
export function withLinks(text, kinds = ALL) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(LINKS)) {
    const { web, mail, phone, code } = match.groups;
    if (phone && /[\w./-]/.test(text[match.index - 1] ?? " ")) continue; // the end of a longer number
    if (!kinds.some((kind) => match.groups[kind])) continue;
    const target = code ? { class: "code" } : web ? { href: web, target: "_blank", rel: "noopener noreferrer" }
      : { href: mail ? `mailto:${mail}` : `tel:${phone.replace(/[ -]/g, "")}` };
    parts.push(text.slice(from, match.index), make(code ? "span" : "a", target, match[0]));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}

function styled(words, style, place) {
  const element = make(style === "question" ? "strong" : "span", { class: style }, ...withLinks(words, style === "hint" ? ["web", "code"] : ALL)); // addresses in hints are examples
  return style === "progress" ? [bar(place), element] : [element];
}

// Thin, above the words that say the same.
const bar = ([number, count]) => make("progress", { class: "place", max: count, value: number, "aria-hidden": "true" });

export const ownParagraphs = (text) => text.split(/\n{2,}/).filter(Boolean).map((part) => make("p", {}, ...withLinks(part, ["code"])));

// `parts`: [words, style]; a style is "question", "hint", "progress" or nothing. `place`: [number, count] of the question.
export function paragraphs(parts, place) {
  const all = [[]];
  for (const [words, style] of parts) {
    words.split(/\n{2,}/).forEach((piece, at) => {
      if (at) all.push([]);
      if (piece) all.at(-1).push(...(style ? styled(piece, style, place) : withLinks(piece)));
    });
  }
  return all.filter((pieces) => pieces.length).map((pieces) => make("p", { class: pieces.length === 1 ? pieces[0].className : null }, ...pieces));
}
