// The list of messages: what is shown, where it is scrolled to, what is announced.

import { attributes, element } from "./element.js";
import { feedback, isRated } from "./feedback.js";
import { Pending } from "./pending.js";
import { meta, replyMessage, spoken } from "./reply.js";

const NEAR_END = 40; // pixels
const MARGIN = 8;

export class Log {
  #place;
  #status;
  #texts;
  #on;
  #shown = new Set(); // ids of replies

  /** `on` is called for what the customer does here: say(text), fillForm(), rate(id, helpful). */
  constructor(place, status, texts, on) {
    this.#place = place;
    this.#status = status;
    this.#texts = texts;
    this.#on = on;
  }

  /** A customer's message → {element, state(name, actions), failed(detail, actions), remove()}; actions by text name. */
  customer(text, time = new Date()) {
    this.#dropActions();
    const note = element("p", { className: "note" });
    const message = element("article", { className: "message customer" },
      element("p", { className: "unseen", textContent: this.#texts.you }),
      element("div", { className: "bubble" }, ...spoken(text, this.#texts)), note, meta("", time));
    const tell = (...told) => this.#change(note, () => note.replaceChildren(...told));
    this.#add(message);
    return {
      element: message,
      state: (name, actions = {}) => {
        message.classList.remove("failed");
        tell(...(name ? [this.#texts[name], ...this.#offers(actions)] : []));
      },
      failed: (detail, actions) => {
        message.classList.add("failed");
        const gap = /[\w.!]$/.test(this.#texts.not_sent) ? " " : ""; // Chinese has none
        tell(`${this.#texts.not_sent}${gap}${detail}`, ...this.#offers(actions));
        this.#status.textContent = this.#texts.not_sent;
        note.scrollIntoView({ block: "nearest" });
      },
      remove: () => this.#change(message, () => message.remove()),
    };
  }

  /** Below a message, the reply to it as it is being written. */
  pending(after) {
    const pending = new Pending(this.#texts, (change) => this.#grow(pending.element, change));
    this.#status.textContent = this.#texts.typing;
    after.element.after(pending.element);
    this.#toEnd();
    return pending;
  }

  /** Nothing comes of it any more. */
  drop(pending) {
    this.#status.textContent = "";
    pending.element.remove();
  }

  /** Shows a Reply once, however often it comes, after a message or instead of what is pending; null if it was there. */
  reply(reply, time = new Date(), { after = null, pending = null } = {}) {
    if (pending) this.#status.textContent = "";
    if (this.#shown.has(reply.id)) {
      pending?.element.remove();
      return null;
    }
    const message = replyMessage(reply, this.#texts, time);
    this.#dropActions();
    if (!reply.text) this.#place.querySelectorAll(".silent").forEach((earlier) => earlier.remove());
    message.classList.toggle("silent", !reply.text);
    if (isRated(reply)) message.lastElementChild.append(feedback(reply, this.#texts, this.#on.rate));
    message.append(...this.#actions(reply));
    this.#shown.add(reply.id);
    if (pending) {
      message.classList.toggle("read", pending.isShown);
      this.#grow(message, () => pending.element.replaceWith(message));
    } else this.#add(message, after?.element);
    return message;
  }

  /** Marks a Reply as shown without showing it. */
  skip(reply) {
    this.#shown.add(reply.id);
  }

  toLast(view) {
    this.#dropActions();
    this.#add(view.element);
  }

  /** What happens around the messages, such as a person who joins; at the end, or before a message. */
  event(text, before = null) {
    const line = element("p", { className: "event", dir: "auto", textContent: text });
    if (before) before.before(line);
    else this.#add(line);
  }

  /** A line from the page itself with one button, such as "no connection, try again". */
  notice(text, label, action) {
    this.clearNotice();
    this.#add(element("p", { className: "notice" }, `${text} `, this.#button(label, () => {
      this.clearNotice();
      action();
    })));
  }

  clearNotice() {
    this.#place.querySelectorAll(".notice").forEach((notice) => notice.remove());
  }

  #actions({ actions = [], outcome, case: sent }) {
    const row = element("div", { className: "actions" });
    row.append(...actions.map(({ label, send }) => this.#button(label, () => this.#on.say(send))));
    if (outcome === "intake" && !sent) {
      const form = this.#button(this.#texts.form.offer, () => this.#on.fillForm());
      form.className = "quiet";
      attributes(form, { "aria-haspopup": "dialog" });
      row.append(form);
    }
    return row.hasChildNodes() ? [row] : [];
  }

  #offers(actions) {
    return Object.entries(actions).flatMap(([name, act]) => [" ", this.#button(this.#texts[name], act)]);
  }

  // Who reads the end stays there, and the keyboard goes on from the log when the button on which it stood goes away.
  #change(part, change) {
    const held = part.contains(document.activeElement);
    const { scrollHeight, scrollTop, clientHeight } = this.#place;
    change();
    if (scrollHeight - scrollTop - clientHeight < NEAR_END) this.#place.scrollTop = this.#place.scrollHeight;
    if (held) this.#place.focus({ preventScroll: true });
  }

  // Only the last reply offers next steps: a button of an earlier one would answer a question no longer asked.
  #dropActions() {
    this.#place.querySelectorAll(".actions").forEach((row) => row.remove());
  }

  #button(label, action) {
    const made = element("button", { type: "button", textContent: label });
    made.addEventListener("click", action);
    return made;
  }

  #add(message, after) {
    if (after) after.after(message);
    else this.#place.append(message);
    this.#toEnd(message);
  }

  // Who reads the end goes on with what is added to this message, while its beginning is in view; nobody is moved back.
  #grow(message, change) {
    const { scrollHeight, scrollTop, clientHeight } = this.#place;
    change();
    if (scrollHeight - scrollTop - clientHeight < NEAR_END) this.#toEnd(message);
    if (this.#place.scrollTop < scrollTop) this.#place.scrollTop = scrollTop;
  }

  // To the end, but a message longer than the view shows from its beginning.
  #toEnd(message) {
    const long = message && message.offsetHeight + 2 * MARGIN > this.#place.clientHeight;
    this.#place.scrollTop = long ? message.offsetTop - MARGIN : this.#place.scrollHeight;
  }
}
