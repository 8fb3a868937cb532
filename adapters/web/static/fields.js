// The fields of the application form, each as {id, input, error, box}.

import { attributes, element } from "./element.js";

const LONGEST = 2000; // characters
const AUTOCOMPLETE = { company: "organization", contact_name: "name" };

export function applicationField({ id, type, required, label }, value, texts) {
  const input = type === "text" ? element("textarea", { rows: 1 }) : element("input", { type: "text" });
  Object.assign(input, { name: id, value, maxLength: LONGEST, autocomplete: AUTOCOMPLETE[id] ?? "off" });
  input.dir = "auto";
  if (type === "count") input.inputMode = "numeric";
  if (type === "date") input.placeholder = texts.date_example.replace("{year}", new Date().getFullYear() + 1);
  return parts(id, required, input, [label], false);
}

export function consentField(privacyUrl, texts) {
  const notice = privacyUrl
    ? element("a", { href: privacyUrl, target: "_blank", rel: "noopener noreferrer", textContent: texts.form.notice })
    : texts.form.notice;
  if (privacyUrl) notice.append(element("span", { className: "unseen", textContent: ` (${texts.opens_new})` }));
  const [before, after] = texts.form.consent.split("{notice}");
  return parts("consent", true, element("input", { type: "checkbox", name: "consent" }), [before, notice, after], true);
}

/** A field with its label and the place of its error. */
function parts(id, required, input, label, checkbox) {
  Object.assign(input, { id: `field-${id}`, required });
  const error = element("p", { className: "error", id: `error-${id}` });
  attributes(input, { "aria-describedby": error.id, "aria-invalid": "false" });
  const mark = attributes(element("span", { className: "mark", textContent: " *" }), { "aria-hidden": "true" });
  const caption = element("label", { htmlFor: input.id }, ...label, ...(required ? [mark] : []));
  const box = element("div", { className: `field${checkbox ? " consent" : ""}` },
    ...(checkbox ? [input, caption] : [caption, input]), error);
  return { id, input, error, box };
}
