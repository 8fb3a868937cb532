// How one message looks.

import { attributes, element, icon, webAddress } from "./element.js";
import { linked } from "./links.js";

const BULLET = /^\s*[-•·*]\s*\S/;
const NUMBERED = /^\s*\d{1,2}[.)、．]\s*\D/;
const DOCUMENT = /^📎 (.+)$/u; // how the server writes down a document that was sent
const CLIP = "M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7L9.7 17.2a1.7 1.7 0 0 1-2.4-2.4l7.5-7.5";
const MARKER = /\[(\d{1,3})\]([.,;:!?。，；：！？、)）”」』]*)/; // with what must not begin the next line
const LAST_WORD = /(?:\p{Script=Han}|[^\s\p{Script=Han}:/@]{1,16})[。，；：！？、）”」』]*\s?$/u;
const GOES_ON = /[^\s\p{Script=Han}]$/u;
let serial = 0;

/** A text as lines; `part` turns a line into nodes. A list's lines hang, an empty line is a small gap. */
function lines(text, part = (line) => [line]) {
  return text.split(/\r?\n/).map((line) => {
    const kind = BULLET.test(line) ? " bullet" : NUMBERED.test(line) ? " numbered" : "";
    return element("div", { className: `line${kind}`, dir: "auto" }, ...part(line));
  });
}

/** What the customer said, or the document that they sent. */
export function spoken(text, texts) {
  const name = DOCUMENT.exec(text)?.[1];
  if (!name) return lines(text);
  const label = element("span", { className: "unseen", textContent: `${texts.document}: ` });
  return [element("div", { className: "document" }, icon(CLIP, 18), label, element("span", { dir: "auto", textContent: name }))];
}

/** A text of which the sources are still to come: its markers open nothing yet, and take the same place. */
export function streamed(text, texts) {
  const mark = (number) => element("span", { className: "marker", textContent: number });
  return lines(text, (line) => marked(line, mark, texts));
}

/** A Reply as its message: author, text with markers, case, sources, label. */
export function replyMessage(reply, texts, time) {
  const person = reply.author?.kind === "person";
  const message = element("article", { className: `message ${person ? "person" : "bot"}` });
  if (reply.language) message.lang = reply.language;
  const author = person ? reply.author.name || texts.person : texts.bot;
  message.append(element("p", { className: person ? "author" : "unseen", textContent: author }));
  const citations = reply.citations ?? [];
  const sources = citations.length ? sourceList(citations, texts) : null;
  const mark = (number) => sourceMarker(number, sources, texts);
  const text = reply.text || (reply.outcome === "waiting" ? texts.waiting : "");
  if (text) message.append(element("div", { className: "bubble" }, ...lines(text, (line) => marked(line, mark, texts))));
  if (reply.case) {
    const said = [text, ...(reply.actions ?? []).map(({ label }) => label)].join("\n");
    message.append(caseCard(reply.case, texts, said));
  }
  if (sources) message.append(sources.box);
  message.append(meta(reply.ai_generated ? texts.ai_generated : "", time));
  return message;
}

export function meta(label, time) {
  const line = element("p", { className: "meta" });
  if (label) line.append(element("span", { className: "ai", textContent: label }));
  const language = document.documentElement.lang;
  const today = time.toDateString() === new Date().toDateString();
  const format = { hour: "2-digit", minute: "2-digit", ...(today ? {} : { month: "short", day: "numeric" }) };
  line.append(element("time", { dateTime: time.toISOString(), textContent: time.toLocaleString(language, format) }));
  return line;
}

/** A line with its links, and its [n] markers as `mark` makes them of n; where it makes none, the number stays text. */
function marked(line, mark, texts) {
  const [first, ...rest] = line.split(MARKER);
  const nodes = [];
  let text = first;
  for (let at = 0; at < rest.length; at += 3) {
    const [number, stop, following] = rest.slice(at, at + 3);
    const marker = mark(number);
    if (marker) {
      const at = lastWord(text);
      nodes.push(...linked(text.slice(0, at), texts), element("span", { className: "kept" }, text.slice(at), marker, stop));
    }
    text = marker ? following : `${text}[${number}]${stop}${following}`;
  }
  return [...nodes, ...linked(text, texts)];
}

/** Where a text's last word begins, which stays on one line with a marker; an address or a long word may part from it. */
function lastWord(text) {
  const at = text.search(LAST_WORD);
  const inside = GOES_ON.test(text.slice(0, at)) && GOES_ON.test(text.slice(0, at + 1));
  return at < 0 || inside ? text.length : at;
}

/** The button that opens source n. */
function sourceMarker(number, sources, texts) {
  const card = sources?.cards.get(Number(number));
  if (!card) return null;
  const marker = element("button", { type: "button", className: "marker", textContent: number });
  attributes(marker, {
    "aria-label": texts.source.replace("{n}", number), "aria-controls": card.id, "aria-expanded": "false",
  });
  marker.addEventListener("click", () => sources.show(card));
  sources.markers.push([marker, card]);
  return marker;
}

function sourceList(citations, texts) {
  const box = element("details", { className: "sources" });
  box.append(element("summary", { textContent: `${texts.sources} (${citations.length})` }));
  const list = element("ol");
  const cards = new Map(citations.map((citation) => [citation.n, sourceCard(citation, texts)]));
  list.append(...cards.values());
  box.append(list);
  const sources = { box, cards, markers: [], show };
  let shown = null;

  function show(card) {
    shown = box.open && shown === card ? null : card;
    box.open = shown !== null;
    update();
    shown?.scrollIntoView({ block: "nearest" });
    shown?.focus({ preventScroll: true });
  }

  function update() {
    if (!box.open) shown = null;
    for (const card of cards.values()) card.classList.toggle("shown", card === shown);
    for (const [marker, card] of sources.markers) marker.setAttribute("aria-expanded", String(card === shown));
  }

  box.addEventListener("toggle", update);
  return sources;
}

function sourceCard({ n, title, section, quote, url }, texts) {
  const card = element("li", { className: "source", id: `source-${++serial}`, tabIndex: -1, value: n });
  const place = [title, section].filter((part, at, all) => part && all.indexOf(part) === at).join(" › ");
  card.append(element("p", { className: "place", dir: "auto" }, element("span", { className: "number", textContent: n }), place));
  card.append(element("blockquote", { dir: "auto", textContent: quote }));
  const page = webAddress(url);
  if (page) {
    const link = element("a", { href: page, target: "_blank", rel: "noopener", textContent: texts.open_page });
    link.append(element("span", { className: "unseen", textContent: ` (${texts.opens_new})` }));
    card.append(link);
  }
  return card;
}

function caseCard({ reference, status, missing }, texts, said) {
  const card = attributes(element("section", { className: "case" }), { "aria-label": texts.case });
  card.append(element("h2", { textContent: texts.case }));
  const facts = element("dl");
  const row = (name, ...values) => facts.append(element("dt", { textContent: name }),
    element("dd", {}, ...values.map((value) => element("div", { dir: "auto", textContent: value }))));
  if (reference) row(texts.reference, reference);
  if (status) row(texts.status, texts.statuses[status] ?? status);
  const unsaid = (missing ?? []).filter((name) => !said.includes(name)); // what is listed above or below already is not repeated
  if (unsaid.length) row(texts.missing, ...unsaid);
  card.append(facts);
  return card;
}
