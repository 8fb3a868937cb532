// Where the customer's documents come in: chosen, dropped on the chat, or pasted into the composer.

export class Documents {
  #input;
  #target;
  #accepts;
  #onFiles;
  #inside = 0; // elements under the pointer that has files with it

  /** `target` shows that files can be dropped now; `accepts()` is false while they cannot. */
  constructor({ button, input, target, field }, accepts, onFiles) {
    this.#input = input;
    this.#target = target;
    this.#accepts = accepts;
    this.#onFiles = onFiles;
    button.addEventListener("click", () => input.click());
    input.addEventListener("change", () => this.#choose());
    field.addEventListener("paste", (event) => this.#paste(event));
    addEventListener("dragenter", (event) => this.#drag(event, 1));
    addEventListener("dragleave", (event) => this.#drag(event, -1));
    addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
    addEventListener("drop", (event) => this.#drop(event));
  }

  #choose() {
    const files = [...this.#input.files];
    this.#input.value = ""; // so that the same file can be chosen again
    this.#take(files);
  }

  // A copied cell or paragraph comes as a picture as well: what has words is pasted as words.
  #paste(event) {
    const { files, types } = event.clipboardData ?? { files: [], types: [] };
    if (files.length === 0 || types.includes("text/plain")) return;
    event.preventDefault();
    this.#take([...files]);
  }

  #drag(event, step) {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.#inside = Math.max(0, this.#inside + step);
    this.#target.hidden = this.#inside === 0 || !this.#accepts();
  }

  #drop(event) {
    if (!hasFiles(event)) return;
    event.preventDefault(); // the browser would leave the page for the file
    this.#inside = 0;
    this.#target.hidden = true;
    if (this.#accepts()) this.#take([...event.dataTransfer.files]);
  }

  #take(files) {
    if (files.length > 0) this.#onFiles(files);
  }
}

/** The code of the problem that the server would have with the file, where that can be told without sending it. */
export function refusal(file, largest) {
  if (file.size === 0) return "empty_file";
  return file.size > largest ? "file_too_large" : "";
}

function hasFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
