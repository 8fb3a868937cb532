// What the desk's pages do beyond links and forms: shortcuts, counts, notifications, and text put into a reply.

const title = document.title;
const stored = (name) => localStorage.getItem(`certdesk.${name}`) === "on";

// How many wait, in the navigation and in the title; who is new is told where that is wanted.

let latest;

const heard = new WeakSet();
let connected = false;
document.body.addEventListener("htmx:sseOpen", ({ detail: { source } }) => {
  if (connected) htmx.trigger(document.body, "desk:again"); // something may have been missed meanwhile
  connected = true;
  if (heard.has(source)) return;
  heard.add(source);
  source.addEventListener("queue", ({ data }) => count(JSON.parse(data)));
});

function count({ waiting, unanswered, latest: newest }) {
  const badge = document.getElementById("waiting-count");
  badge.textContent = waiting;
  badge.hidden = !waiting;
  const open = waiting + unanswered;
  document.title = open ? `(${open}) ${title}` : title;
  const next = document.querySelector("#take-next button");
  if (next) next.disabled = !waiting;
  if (latest !== undefined && newest && newest !== latest) announce(badge.parentElement.textContent.trim());
  latest = newest;
}

function announce(text) {
  if (stored("sound")) beep();
  if (stored("notification") && document.hidden && window.Notification?.permission === "granted") {
    const shown = new Notification(title, { body: text, tag: "certdesk-waiting" });
    shown.onclick = () => { window.focus(); location.href = "/desk/queue"; };
  }
}

function beep() {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  volume.gain.setValueAtTime(0.12, context.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.5);
  tone.frequency.value = 740;
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 0.5);
  tone.onended = () => context.close();
}

for (const box of document.querySelectorAll("[data-notify]")) {
  const name = box.dataset.notify;
  const card = box.closest("section");
  box.checked = stored(name);
  box.addEventListener("change", async () => {
    let wanted = box.checked;
    if (wanted && name === "notification") {
      const answer = window.Notification ? await Notification.requestPermission() : "unsupported";
      wanted = answer === "granted";
      card.querySelector("[role=status]").textContent = wanted ? "" : card.dataset[answer === "unsupported" ? "unsupported" : "blocked"];
    }
    box.checked = wanted;
    localStorage.setItem(`certdesk.${name}`, wanted ? "on" : "off");
    if (wanted && name === "sound") beep();
  });
}

// A conversation stays at its end while it is read there, and elsewhere while it is read elsewhere.

const talk = () => document.querySelector(".talk");
let atEnd = true;
const toEnd = () => { const list = talk(); if (list) list.scrollTop = list.scrollHeight; };
if (!location.hash.startsWith("#msg_")) toEnd();
document.body.addEventListener("htmx:beforeSwap", ({ target }) => {
  const list = target.id === "talk" && talk();
  if (list) atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  kept = list ? list.scrollTop : 0;
});
let kept = 0;
document.body.addEventListener("htmx:afterSwap", ({ target }) => {
  const list = target.id === "talk" && talk();
  if (!list) return;
  if (atEnd) toEnd(); else list.scrollTop = kept;
});

// A proposal or a canned reply goes into the reply, behind what is written there.

document.body.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-insert]");
  const field = document.getElementById("reply-text");
  if (!chosen || !field) return;
  event.preventDefault();
  const text = document.getElementById(chosen.dataset.insert).textContent;
  field.value = field.value.trim() ? `${field.value.trimEnd()}\n\n${text}` : text;
  field.focus();
  field.dispatchEvent(new Event("input"));
});

// What is written is kept in the tab until it is sent, and a form is sent once.

const reply = document.getElementById("reply-text");
if (reply) {
  const name = `certdesk.reply.${location.pathname}`;
  const keep = () => sessionStorage.setItem(name, reply.value);
  if (reply.value) keep(); else reply.value = sessionStorage.getItem(name) ?? ""; // somebody may type before this runs
  reply.addEventListener("input", keep);
  reply.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) reply.form.requestSubmit();
  });
  reply.form.addEventListener("submit", () => sessionStorage.removeItem(name));
}
document.addEventListener("submit", ({ target }) => {
  for (const button of target.querySelectorAll("button")) setTimeout(() => { button.disabled = true; });
});
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// Shortcuts, never while somebody writes.

let before = "";
document.addEventListener("keydown", (event) => {
  const writing = event.target.closest("input, textarea, select, [contenteditable]");
  if (writing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const act = actions[before === "g" ? `g ${event.key}` : event.key];
  before = event.key;
  if (act) { act(); event.preventDefault(); }
});

const actions = {
  "g q": () => { location.href = "/desk/queue"; },
  "g c": () => { location.href = "/desk/cases"; },
  n: () => document.querySelector("#take-next button:not([disabled])")?.click(),
  "/": () => document.getElementById("find")?.focus(),
  r: () => reply?.focus(),
  j: () => step(1),
  k: () => step(-1),
  "?": () => document.getElementById("shortcuts")?.showModal(),
};

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.indexOf(document.activeElement);
  rows[Math.min(Math.max(at + by, 0), rows.length - 1)]?.focus();
}
