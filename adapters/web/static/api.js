// The bot's HTTP API. A call that may simply be made again throws an error whose `temporary` is true.

const SILENCE_MS = 60_000; // a stream without a single byte for so long is a lost connection
const OVERLOADED = new Set([502, 503, 504]);

export class Unreachable extends Error {
  temporary = true;
  detail = "";
}

/** An answer of the server that is not the one asked for (application/problem+json, or an `error` event). */
export class Problem extends Error {
  constructor(status, { code = "", detail = "", message = "", errors = null } = {}) {
    super(code || `status ${status}`);
    this.status = status;
    this.code = code;
    this.errors = errors; // of a form, by field
    this.detail = detail || message;
    this.temporary = OVERLOADED.has(status);
  }
}

/** → {id, token, greeting} */
export async function startConversation(locale, pageUrl) {
  return json(await request("/api/conversations", post({ locale, page_url: pageUrl })));
}

export class Conversation {
  constructor({ id, token }) {
    this.id = id;
    this.path = `/api/conversations/${encodeURIComponent(id)}`;
    this.authorization = { Authorization: `Bearer ${token}` };
  }

  /** The messages after a sequence number, oldest first. */
  async messages(after) {
    const response = await request(`${this.path}/messages?after=${after}`, { headers: this.authorization });
    return (await json(response)).messages;
  }

  /** Sends a message and returns its Reply; `onSentence` gets the reply's sentences as they arrive. */
  async send(clientMessageId, text, onSentence) {
    const { signal, alive, stop } = watchdog();
    try {
      const call = this.#authorized(post({ client_message_id: clientMessageId, text }));
      call.headers.Accept = "text/event-stream";
      const response = await request(`${this.path}/messages`, { ...call, signal });
      if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) return await json(response);
      for await (const { type, data } of events(response.body, alive)) {
        const content = parse(data);
        if (type === "sentence") onSentence(content.text);
        else if (type === "reply") return content;
        else if (type === "error") throw new Problem(200, content);
      }
      throw new Unreachable("the stream ended before the reply");
    } finally {
      stop();
    }
  }

  /** Sends a document and returns {id, name, size, sha256}. Throws the signal's reason once it is aborted. */
  async upload(clientFileId, file, signal) {
    const body = new FormData();
    body.append("client_file_id", clientFileId); // before the file, so that it is known while the file comes in
    body.append("file", file);
    const call = { method: "POST", headers: this.authorization, body, signal };
    try {
      signal.throwIfAborted();
      return await json(await request(`${this.path}/files`, call));
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }

  /** The application as a form → {service, name, privacy_url, fields}. */
  async application(language) {
    return json(await request(`${this.path}/application?lang=${language}`, { headers: this.authorization }));
  }

  /** Sends the application in and returns the Reply. */
  async apply(application) {
    return json(await request(`${this.path}/application`, this.#authorized(post(application))));
  }

  async rate(replyId, helpful) {
    const path = `${this.path}/messages/${encodeURIComponent(replyId)}/feedback`;
    await request(path, this.#authorized(post({ helpful })));
  }

  /** What happens in the conversation (staff replies, takeover, case changes) as {type, data, id}. */
  async *events(lastId, stopped) {
    const headers = { ...this.authorization, Accept: "text/event-stream" };
    if (lastId) headers["Last-Event-ID"] = lastId;
    const { signal, alive, stop } = watchdog(stopped);
    try {
      const response = await request(`${this.path}/events`, { headers, signal });
      yield { type: "open", data: "", id: lastId };
      yield* events(response.body, alive);
    } finally {
      stop();
    }
  }

  #authorized(call) {
    Object.assign(call.headers, this.authorization);
    return call;
  }
}

function post(body) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
  } catch (error) {
    throw new Unreachable(error.message);
  }
  if (response.ok) return response;
  throw new Problem(response.status, await response.json().catch(() => ({})));
}

async function json(response) {
  try {
    return await response.json();
  } catch (error) {
    throw new Unreachable(error.message);
  }
}

function parse(data) {
  try {
    return JSON.parse(data);
  } catch (error) {
    throw new Unreachable(error.message);
  }
}

/** A signal that is aborted after a long silence, or when `stopped` is; `alive()` says that something was heard. */
function watchdog(stopped = null) {
  const abort = new AbortController();
  let timer = 0;
  stopped?.addEventListener("abort", () => abort.abort(), { signal: abort.signal });
  const stop = () => clearTimeout(timer);
  const alive = () => {
    stop();
    timer = setTimeout(() => abort.abort(), SILENCE_MS);
  };
  alive();
  return { signal: abort.signal, alive, stop };
}

/** Server-sent events of a response body; lines end in \n, \r\n or \r, wherever the chunks are cut. */
async function* events(body, alive = () => {}) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let event = { type: "message", data: [], id: "" };
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error) => { throw new Unreachable(error.message); });
      if (done) return;
      alive();
      const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      for (const line of lines) {
        if (line) take(line, event);
        else {
          if (event.data.length) yield { ...event, data: event.data.join("\n") };
          event = { type: "message", data: [], id: event.id };
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function take(line, event) {
  const colon = line.indexOf(":");
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
  if (field === "event") event.type = value;
  else if (field === "data") event.data.push(value);
  else if (field === "id") event.id = value;
}
