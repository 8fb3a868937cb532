// The field in which the customer writes.

const LIMIT = 4000;
const NEAR = 3600;
const ENTER_OF_AN_INPUT_METHOD = 229; // the key code of a key that an input method takes, where isComposing comes late

export class Composer {
  #field;
  #send;
  #count;
  #texts;
  #onSubmit;

  constructor(form, texts, onSubmit) {
    this.#field = form.querySelector("textarea");
    this.#send = form.querySelector("[type=submit]");
    this.#count = form.querySelector("#count");
    this.#texts = texts;
    this.#onSubmit = onSubmit;
    this.#field.addEventListener("input", () => this.#update());
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#update();
  }

  focus() {
    this.#field.focus();
  }

  #key(event) {
    const composing = event.isComposing || event.keyCode === ENTER_OF_AN_INPUT_METHOD;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.#field.value.trim();
    if (this.#send.disabled) return;
    this.#field.value = "";
    this.#update();
    this.#onSubmit(text);
  }

  #update() {
    const used = [...this.#field.value.trim()].length;
    const tooLong = used > LIMIT;
    this.#send.disabled = used === 0 || tooLong;
    this.#field.setAttribute("aria-invalid", String(tooLong));
    this.#count.hidden = used < NEAR;
    this.#count.classList.toggle("over", tooLong);
    const text = tooLong ? this.#texts.too_long : this.#texts.count;
    this.#count.textContent = text.replace("{used}", used.toLocaleString()).replace("{limit}", LIMIT.toLocaleString());
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight + 2}px`; // with its borders; the style sheet holds the limit
  }
}
