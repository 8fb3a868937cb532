// Elements made without markup: whatever people or the server wrote becomes text nodes.

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function attributes(made, values) {
  for (const [name, value] of Object.entries(values)) made.setAttribute(name, value);
  return made;
}

/** A drawing of one line, 24 units wide and high, which only repeats what stands beside it. */
export function icon(path, size) {
  const space = "http://www.w3.org/2000/svg";
  const svg = attributes(document.createElementNS(space, "svg"), {
    viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true",
  });
  svg.append(attributes(document.createElementNS(space, "path"), { d: path }));
  return svg;
}

/** The address if it is one of the web, else an empty string. */
export function webAddress(url) {
  if (!url || !URL.canParse(url, location.href)) return "";
  const { protocol, href } = new URL(url, location.href);
  return protocol === "https:" || protocol === "http:" ? href : "";
}
