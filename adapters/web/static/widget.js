// CertDesk chat widget, the loader. One launcher button and, from its first opening on, one iframe with the chat:
//   <script src="https://chat.example.com/widget.js" data-lang="zh" defer></script>
// window.CertDesk.open({send: "..."}) opens the chat (and sends a question); window.CertDesk.close() closes it.
(() => {
  "use strict";
  const PROTOCOL = 1; // of the messages between loader and frame; both ignore any other
  const OPEN_KEY = "certdesk.open";
  const LABELS = {}; // filled by the server from texts/*.yaml
  const script = document.currentScript;
  // A second copy is ignored; a page without an origin (a file, a sandbox) cannot be told apart from others.
  if (window.CertDesk || !script?.src || location.origin === "null") return;

  const home = new URL(script.src).origin;
  const lang = /^zh/i.test(script.dataset.lang || document.documentElement.lang) ? "zh" : "en";
  const labels = LABELS[lang] ?? { open: "", close: "", title: "", unread: "" };
  const phone = matchMedia("(max-width: 480px), (max-height: 480px)");
  const host = document.createElement("div");
  const outbox = []; // messages for the frame until it is ready
  let frame = null;
  let ready = false;
  let opener = null;
  let pageOverflow = "";

  const STYLE = `
    :host { all: initial; }
    [hidden] { display: none !important; }
    button { position: fixed; right: 20px; bottom: 20px; width: 56px; height: 56px; padding: 0; border: 0;
      border-radius: 50%; background: #0f6b5c; color: #fff; cursor: pointer; z-index: 2147483001;
      box-shadow: 0 6px 20px rgb(15 40 50 / .28); display: grid; place-items: center;
      transition: background .15s, transform .15s; }
    button:hover { background: #0b5448; transform: translateY(-1px); }
    button:focus-visible { outline: 3px solid #fff; outline-offset: -5px; box-shadow: 0 0 0 3px #0b5448; }
    svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round;
      stroke-linejoin: round; }
    .badge { position: absolute; top: -4px; right: -4px; min-width: 12px; padding: 3px 5px; border-radius: 10px;
      background: #b3261e; color: #fff; font: 600 12px/14px system-ui, sans-serif; text-align: center; }
    .panel { position: fixed; right: 20px; bottom: 88px; width: 400px; height: 640px; max-width: calc(100vw - 40px);
      max-height: calc(100dvh - 108px); border-radius: 16px; overflow: hidden; background: #fff; z-index: 2147483000;
      box-shadow: 0 12px 48px rgb(15 40 50 / .3); }
    iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: light; }
    .phone.panel { inset: 0; width: 100%; height: 100dvh; max-width: none; max-height: none; border-radius: 0; }
    .phone.panel:not([hidden]) + button { display: none; }
    @media (prefers-reduced-motion: reduce) { button { transition: none; } }
    @media print { :host { display: none; } }`;

  const panel = document.createElement("div");
  panel.className = "panel";
  panel.hidden = true;
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", labels.title);

  const launcher = document.createElement("button");
  launcher.type = "button";
  launcher.setAttribute("aria-haspopup", "dialog");
  const bubble = icon("M4 5.5h16v11H11l-4.5 4v-4H4z M8.5 9.5h7 M8.5 12.8h4.5");
  const cross = icon("M6 9.5l6 6 6-6");
  const badge = document.createElement("span");
  badge.className = "badge";
  launcher.append(bubble, cross, badge);

  function icon(path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  function open({ send, focus = true } = {}) {
    if (panel.hidden) {
      opener = document.activeElement;
      panel.hidden = false;
      remember("1");
      unread(0);
      fit();
    }
    if (!frame) load();
    if (focus) frame.focus();
    // The address without its query: queries may hold what is not ours to know.
    tell({ type: "open", page_url: location.origin + location.pathname, focus, send });
  }

  function close() {
    if (panel.hidden) return;
    const inside = document.activeElement === host || document.activeElement === document.body;
    panel.hidden = true;
    remember("");
    unread(0);
    fit();
    tell({ type: "close" });
    if (inside) (opener?.isConnected && opener !== host && opener !== document.body ? opener : launcher).focus();
  }

  function load() {
    const url = new URL("/widget/frame", home);
    url.searchParams.set("lang", lang);
    url.searchParams.set("parent", location.origin);
    frame = document.createElement("iframe");
    frame.title = labels.title;
    frame.src = url.href;
    panel.append(frame);
  }

  function tell(message) {
    if (ready) frame.contentWindow.postMessage({ certdesk: PROTOCOL, ...message }, home);
    else outbox.push(message);
  }

  function heard(event) {
    if (event.origin !== home || !frame || event.source !== frame.contentWindow) return;
    if (event.data?.certdesk !== PROTOCOL) return;
    if (event.data.type === "ready") {
      ready = true;
      outbox.splice(0).forEach(tell);
    } else if (event.data.type === "close") {
      close();
    } else if (event.data.type === "unread" && panel.hidden) {
      unread(Number(event.data.count) || 0);
    }
  }

  function unread(count) {
    badge.hidden = count === 0;
    badge.textContent = String(count);
    const label = panel.hidden ? labels.open : labels.close;
    launcher.setAttribute("aria-label", count ? `${label} (${count} ${labels.unread})` : label);
    launcher.setAttribute("aria-expanded", String(!panel.hidden));
    bubble.toggleAttribute("hidden", !panel.hidden);
    cross.toggleAttribute("hidden", panel.hidden);
  }

  // On a phone the panel covers what the keyboard leaves of the screen, and the page behind stays still.
  function fit() {
    const full = phone.matches && !panel.hidden;
    panel.classList.toggle("phone", phone.matches);
    panel.style.height = full && window.visualViewport ? `${visualViewport.height}px` : "";
    panel.style.top = full && window.visualViewport ? `${visualViewport.offsetTop}px` : "";
    const root = document.documentElement;
    if (full && root.style.overflow !== "hidden") {
      pageOverflow = root.style.overflow;
      root.style.overflow = "hidden";
    } else if (!full && root.style.overflow === "hidden") {
      root.style.overflow = pageOverflow;
    }
  }

  function remember(value) {
    try {
      sessionStorage.setItem(OPEN_KEY, value);
    } catch { /* the visitor's browser keeps nothing: the chat just starts closed */ }
  }

  function wasOpen() {
    try {
      return sessionStorage.getItem(OPEN_KEY) === "1";
    } catch {
      return false;
    }
  }

  function start() {
    const shadow = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(panel, launcher);
    document.body.append(host);
    unread(0);
    launcher.addEventListener("click", () => (panel.hidden ? open() : close()));
    addEventListener("message", heard);
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing && !event.defaultPrevented) close();
    });
    phone.addEventListener("change", fit);
    window.visualViewport?.addEventListener("resize", fit);
    window.visualViewport?.addEventListener("scroll", fit);
    if (wasOpen()) open({ focus: false });
  }

  window.CertDesk = Object.freeze({ protocol: PROTOCOL, open, close });
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
})();
