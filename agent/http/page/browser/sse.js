/** @typedef {{ readonly event: string, readonly data: string, readonly id: string | undefined }} ServerEvent */

/** A line longer than this is no message of the gateway's. */
const LONGEST = 4_000_000;

/**
 * Reads Server-Sent Events from pieces as they come (HTML standard §9.2.6); comments are dropped.
 * @param {(event: ServerEvent) => void} told
 * @returns {(piece: string) => void}
 */
export function eventReader(told) {
  let rest = "";
  /** @type {{ event: string, data: string[], id: string | undefined }} */
  let open = { event: "message", data: [], id: undefined };
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST) throw new Error("the gateway's message has no end");
    for (const line of lines) take(line);
  };

  /** @param {string} line */
  function take(line) {
    if (line === "") {
      const { event, data, id } = open;
      open = { event: "message", data: [], id: undefined };
      if (data.length > 0) told({ event, data: data.join("\n"), id });
      return;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") open.event = value;
    if (field === "data") open.data.push(value);
    if (field === "id") open.id = value;
  }
}
