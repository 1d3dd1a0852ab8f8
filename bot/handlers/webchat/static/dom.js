// Short ways to find and to build elements. Strings are only ever inserted as text, never as markup.

export const $ = (id) => document.getElementById(id);

export const words = $("words"); // the text box
export const isTouch = matchMedia("(hover: none) and (pointer: coarse)").matches;

// An attribute whose value is a function becomes an event listener; null and undefined are left out.
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

export const button = (kind, label, click) => make("button", { type: "button", class: kind, click }, label);
