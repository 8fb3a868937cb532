// The list of messages: what is shown, where it is scrolled to, what is announced.

import { attributes, element, lines, meta, replyMessage } from "./reply.js";

export class Log {
  #place;
  #status;
  #texts;
  #onAction;
  #shown = new Set(); // ids of replies

  constructor(place, status, texts, onAction) {
    this.#place = place;
    this.#status = status;
    this.#texts = texts;
    this.#onAction = onAction;
  }

  /** A customer's message → {element, state(name), failed(detail, retry)}. */
  customer(text, time = new Date()) {
    this.#dropActions();
    const note = element("p", { className: "note" });
    const message = element("article", { className: "message customer" },
      element("p", { className: "unseen", textContent: this.#texts.you }),
      element("div", { className: "bubble" }, ...lines(text)), note, meta("", time));
    this.#add(message);
    return {
      element: message,
      state: (name) => {
        message.classList.remove("failed");
        note.replaceChildren(...(name ? [this.#texts[name]] : []));
      },
      failed: (detail, retry) => {
        message.classList.add("failed");
        note.replaceChildren(`${this.#texts.not_sent} ${detail}`.trim(), " ", this.#button(this.#texts.try_again, retry));
        this.#status.textContent = this.#texts.not_sent;
        note.scrollIntoView({ block: "nearest" });
      },
    };
  }

  /** Dots below a message, then the reply's sentences as they come → {add(sentence), clear(), remove()}. */
  pending(after) {
    const dots = element("span", { className: "dots" }, element("i"), element("i"), element("i"));
    const bubble = element("div", { className: "bubble" }, dots);
    const message = attributes(element("article", { className: "message bot pending" }, bubble), { "aria-busy": "true" });
    this.#status.textContent = this.#texts.typing;
    after.element.after(message);
    this.#toEnd();
    let text = "";
    return {
      add: (sentence) => {
        // A space between two sentences of a script that uses them, where the stream left none.
        text += /[.!?:;)\]]$/.test(text) && /^\S/.test(sentence) ? ` ${sentence}` : sentence;
        bubble.replaceChildren(...lines(text));
        this.#toEnd();
      },
      clear: () => {
        text = "";
        bubble.replaceChildren(dots);
      },
      remove: () => {
        this.#status.textContent = "";
        message.remove();
      },
    };
  }

  /** Shows a Reply once, however often it comes. Returns false when it was there already. */
  reply(reply, time = new Date(), after = null) {
    if (this.#shown.has(reply.id)) return false;
    const message = replyMessage(reply, this.#texts, time);
    this.#dropActions();
    if (!reply.text) this.#place.querySelectorAll(".silent").forEach((earlier) => earlier.remove());
    message.classList.toggle("silent", !reply.text);
    if (reply.actions?.length) message.append(this.#actions(reply.actions));
    this.#shown.add(reply.id);
    this.#add(message, after?.element);
    return true;
  }

  /** Marks a Reply as shown without showing it. */
  skip(reply) {
    this.#shown.add(reply.id);
  }

  toLast(view) {
    this.#dropActions();
    this.#add(view.element);
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

  #actions(actions) {
    const row = element("div", { className: "actions" });
    row.append(...actions.map(({ label, send }) => this.#button(label, () => this.#onAction(send))));
    return row;
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

  // To the end, but a message longer than the view shows from its beginning.
  #toEnd(message) {
    const long = message && message.offsetHeight > this.#place.clientHeight;
    this.#place.scrollTop = long ? message.offsetTop - this.#place.offsetTop - 8 : this.#place.scrollHeight;
  }
}
