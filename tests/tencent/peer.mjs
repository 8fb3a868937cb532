// Seals and opens messages as WeChat does: one JSON object a line in, one out.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(process.argv[2] + "/");
const { decrypt, encrypt, getSignature } = require("@wecom/crypto");

function answer({ seal, open, key, token, id, timestamp, nonce }) {
  if (seal !== undefined) {
    const sealed = encrypt(key, seal, id);
    return { sealed, signature: getSignature(token, timestamp, nonce, sealed) };
  }
  const { message, id: of } = decrypt(key, open);
  return { message, id: of, signature: getSignature(token, timestamp, nonce, open) };
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(answer(JSON.parse(line))));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
