// What the browser keeps for the frame. Where it keeps nothing (private windows, blocked third-party storage), the page
// itself remembers until it is left.

function shelf(name) {
  const memory = new Map();
  return {
    get(key) {
      try {
        return JSON.parse(window[name].getItem(`certdesk.${key}`)) ?? memory.get(key);
      } catch {
        return memory.get(key);
      }
    },
    set(key, value) {
      memory.set(key, value);
      try {
        window[name].setItem(`certdesk.${key}`, JSON.stringify(value));
      } catch { /* memory has it */ }
    },
    remove(key) {
      memory.delete(key);
      try {
        window[name].removeItem(`certdesk.${key}`);
      } catch { /* memory has let go of it */ }
    },
  };
}

export const lasting = shelf("localStorage"); // the conversation and its unanswered messages, across visits
export const session = shelf("sessionStorage"); // what this tab's form and ratings hold
