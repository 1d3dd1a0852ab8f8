// How the chat looks on a phone: returns what is not as it should be, and how many of its parts were looked at.
() => {
  const faults = [];
  const all = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.getClientRects().length);
  const style = (element) => getComputedStyle(element);
  const size = (element) => parseFloat(style(element).fontSize);
  const lines = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
  };
  const must = (holds, fault) => { if (!holds) faults.push(fault); };
  const inOneRow = (elements) => new Set(elements.map((element) => Math.round(element.getBoundingClientRect().top))).size <= 1;
  const root = size(document.documentElement);

  const questions = all("strong.question");
  for (const question of questions) must(Number(style(question).fontWeight) >= 600, "a question is not bold");
  for (const hint of all(".bubble .hint, .bubble .progress")) {
    const words = hint.closest(".bubble");
    must(size(hint) < size(words) && style(hint).color !== style(words).color, "a hint is not small and grey");
  }
  const bars = all("progress.place");
  for (const bar of bars) must(bar.offsetHeight <= root / 4 && bar.offsetWidth > 100, "the bar of the progress is not thin");

  const done = all(".finish .main");
  for (const button of done) {
    const box = button.getBoundingClientRect(), composer = document.getElementById("composer").getBoundingClientRect();
    must(box.top >= 0 && box.bottom <= composer.top + 1, "the button that goes on is below the fold");
    const others = all(".choice, .chip").map((other) => style(other).backgroundColor);
    must(!others.includes(style(button).backgroundColor), "the button that goes on is not the primary one");
  }
  must(all(".choices .main").length <= 1, "several buttons are primary");
  must(inOneRow(all(".nav > *")), "the navigation has several rows");
  const stars = all(".scale .choice");
  must(root > 16 || inOneRow(stars), "the stars are not in one row");
  must(stars.every((star) => star.scrollWidth <= star.clientWidth), "a star is cut");

  must(root > 16 || lines(document.querySelector("h1")) === 1, "the header has several lines");
  must(all("header, #composer").reduce((sum, part) => sum + part.offsetHeight, 0) < innerHeight / 2, "no room for the conversation");
  const composer = document.getElementById("words").getBoundingClientRect();
  must(composer.left >= 0 && composer.right <= innerWidth && composer.bottom <= innerHeight && composer.width > 100, "the composer is cut");
  must(!/tulis nomornya/i.test(document.getElementById("log").innerText), "numbers are asked for where none are shown");
  return { faults, questions: questions.length, places: bars.length, stars: stars.length, finishes: done.length };
}
