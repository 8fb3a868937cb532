// What is said about something that the server refuses.

const MEGABYTE = 1024 * 1024;

/** A problem's text in the language of the page, else what the server says about it. */
export function problemText({ code, detail }, texts) {
  const text = texts.problems[code]?.replace("{megabytes}", Math.floor(texts.largest_file / MEGABYTE));
  return text || detail || texts.failed;
}
