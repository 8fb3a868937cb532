// The application as a form, over the conversation.

import { element, webAddress } from "./element.js";
import { applicationField, consentField } from "./fields.js";
import { problemText } from "./problems.js";
import { uuid } from "./retry.js";
import { session } from "./storage.js";

const DRAFT = "application"; // what is filled in and not sent, in this tab
const FOCUSABLE = "button:not(:disabled), input, textarea, a[href]";

export class ApplicationForm {
  #dialog;
  #texts;
  #language;
  #chat;
  #onSent;
  #service = "";
  #fields = new Map(); // id → {input, error}
  #sending = false;
  #id = "";
  #filled = ""; // what was sent with this id; sent again, it counts once

  constructor(dialog, texts, language, chat, onSent) {
    this.#dialog = dialog;
    this.#texts = texts;
    this.#language = language;
    this.#chat = chat;
    this.#onSent = onSent;
    this.#part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#part(".fields").addEventListener("input", ({ target }) => this.#changed(target));
    this.#part(".back").addEventListener("click", () => dialog.close());
    dialog.addEventListener("keydown", (event) => this.#key(event));
  }

  get isOpen() {
    return this.#dialog.open;
  }

  open() {
    if (!this.isOpen) this.#dialog.showModal();
    this.focus();
    if (!this.#sending) this.#load();
  }

  focus() {
    this.#part("h2").focus();
  }

  close() {
    this.#dialog.close();
  }

  async #load() {
    this.#part(".fields").replaceChildren(this.#texts.form.loading);
    try {
      this.#show(await this.#chat.application(this.#language));
    } catch (error) {
      const text = error.status ? problemText(error, this.#texts) : this.#texts.form.not_opened;
      const again = element("button", { type: "button", textContent: this.#texts.try_again });
      again.addEventListener("click", () => this.open());
      this.#fields.clear();
      this.#part(".fields").replaceChildren(element("p", { className: "problem" }, text, " ", again));
    }
    this.#part("[type=submit]").hidden = this.#fields.size === 0;
  }

  #show({ service, name, privacy_url: privacyUrl, fields }) {
    const draft = session.get(DRAFT);
    const kept = draft?.service === service ? draft : { values: {} };
    this.#service = service;
    this.#part(".service").textContent = name;
    this.#complain("");
    const shown = fields.map((field) => applicationField(field, kept.values[field.id] ?? field.value, this.#texts.form));
    const consent = consentField(webAddress(privacyUrl), this.#texts);
    consent.input.checked = Boolean(kept.consent);
    this.#fields = new Map([...shown, consent].map((parts) => [parts.id, parts]));
    const needed = element("p", { className: "hint", textContent: this.#texts.form.needed });
    this.#part(".fields").replaceChildren(needed, ...[...this.#fields.values()].map(({ box }) => box));
  }

  #changed(input) {
    const field = this.#fields.get(input.name);
    field.error.textContent = "";
    input.setAttribute("aria-invalid", "false");
    if (![...this.#fields.values()].some(({ error }) => error.textContent)) this.#complain("");
    session.set(DRAFT, { service: this.#service, values: this.#values(), consent: this.#fields.get("consent").input.checked });
  }

  async #submit() {
    if (this.#sending || this.#fields.size === 0) return;
    const missing = this.#missing();
    if (this.#mark(missing)) return;
    const application = { service: this.#service, language: this.#language, values: this.#values(), consent: true };
    this.#busy(true);
    let failed = null;
    try {
      await this.#chat.apply({ client_message_id: this.#idOf(application), ...application });
    } catch (error) {
      failed = error;
    }
    this.#busy(false);
    if (failed) this.#fail(failed);
    else this.#sent();
  }

  #idOf(application) {
    const filled = JSON.stringify(application);
    if (filled !== this.#filled) this.#id = uuid();
    this.#filled = filled;
    return this.#id;
  }

  #sent() {
    session.remove(DRAFT);
    this.#filled = "";
    this.#fields.clear();
    this.close();
    this.#onSent();
  }

  #fail(error) {
    if (error.errors && this.#mark(error.errors)) return;
    this.#complain(error.status ? problemText(error, this.#texts) : this.#texts.form.lost);
    this.#part("[type=submit]").focus();
  }

  #values() {
    const values = [...this.#fields].filter(([id]) => id !== "consent").map(([id, { input }]) => [id, input.value.trim()]);
    return Object.fromEntries(values);
  }

  /** What is needed and not there, as the server would tell it. */
  #missing() {
    const missing = [...this.#fields.values()].filter(({ input }) => input.required && !(input.value.trim() && input.checkValidity()));
    return Object.fromEntries(missing.map(({ id }) => [id, this.#texts.form[id === "consent" ? "disagreed" : "missing"]]));
  }

  /** Shows errors by field and leads to the first; false when there is none that belongs to a field. */
  #mark(errors) {
    let first = null;
    for (const { id, input, error } of this.#fields.values()) {
      error.textContent = errors[id] ?? "";
      input.setAttribute("aria-invalid", String(id in errors));
      if (id in errors) first ??= input;
    }
    this.#complain(first ? this.#texts.form.check : "");
    first?.focus();
    return first !== null;
  }

  #complain(text) {
    this.#part("footer .problem").textContent = text;
  }

  #busy(sending) {
    this.#sending = sending;
    const button = this.#part("[type=submit]");
    button.disabled = sending;
    button.textContent = sending ? this.#texts.form.sending : this.#texts.form.send;
    this.#part(".fields").inert = sending;
    if (sending) this.#complain("");
  }

  #key(event) {
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation(); // it closes the form, not the chat
      this.close();
    } else if (event.key === "Tab") {
      const all = [...this.#dialog.querySelectorAll(FOCUSABLE)].filter((one) => one.offsetParent && !one.closest("[inert]"));
      const [from, to] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
      const outside = !all.includes(document.activeElement) && event.shiftKey;
      if (document.activeElement !== from && !outside) return;
      event.preventDefault();
      to.focus();
    }
  }

  #part(selector) {
    return this.#dialog.querySelector(selector);
  }
}
