// The chat frame: joins the conversation, the composer and the page that embeds it.

import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { Documents } from "./documents.js";
import { ApplicationForm } from "./form.js";
import { Log } from "./log.js";

const PROTOCOL = 1; // of the messages between loader and frame; both ignore any other
const LONGEST = 4000;
const byId = (id) => document.getElementById(id);
const texts = JSON.parse(byId("texts").textContent);
const parentOrigin = embedder();
let open = !parentOrigin;
let unread = 0;

const log = new Log(byId("log"), byId("status"), texts, {
  say: (text) => {
    chat.submit(text);
    focusInside();
  },
  fillForm: () => form.open(),
  rate: (id, helpful) => chat.rate(id, helpful),
});
const { locale } = document.body.dataset;
const chat = new Chat(log, texts, locale, () => {
  if (!open) tell({ type: "unread", count: (unread += 1) });
});
const composer = new Composer(byId("composer"), texts, (text) => chat.submit(text));
const form = new ApplicationForm(byId("application"), texts, locale, chat, focusInside);
new Documents({ button: byId("attach"), input: byId("files"), target: byId("drop"), field: byId("text") },
  () => !form.isOpen, (files) => chat.attach(files));

byId("close").hidden = !parentOrigin;
byId("close").addEventListener("click", () => tell({ type: "close" }));
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  if (form.isOpen) form.close();
  else tell({ type: "close" });
});
document.addEventListener("visibilitychange", () => (document.hidden ? chat.rest() : chat.listen()));

if (parentOrigin) {
  addEventListener("message", heard);
  tell({ type: "ready" });
} else {
  chat.connect(location.origin + location.pathname);
}

/** The origin that the loader named, when this page is in a frame at all. */
function embedder() {
  const named = new URLSearchParams(location.search).get("parent");
  return window.parent !== window && named && URL.canParse(named) ? new URL(named).origin : "";
}

function tell(message) {
  if (parentOrigin) window.parent.postMessage({ certdesk: PROTOCOL, ...message }, parentOrigin);
}

function heard(event) {
  if (event.origin !== parentOrigin || event.source !== window.parent || event.data?.certdesk !== PROTOCOL) return;
  const { type, page_url: pageUrl, focus, send } = event.data;
  open = type === "open";
  if (!open) return;
  unread = 0;
  chat.connect(String(pageUrl));
  if (focus) focusInside();
  if (typeof send !== "string" || !send.trim()) return;
  form.close();
  chat.submit(send.trim().slice(0, LONGEST));
}

// On a touch screen the composer would raise the keyboard over the answer that is being read.
function focusInside() {
  if (form.isOpen) form.focus();
  else if (matchMedia("(pointer: coarse)").matches) byId("log").focus({ preventScroll: true });
  else composer.focus();
}
