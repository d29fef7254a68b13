import { retryAction } from "./actions.js";
import { h } from "./dom.js";
import { badge, button, foreign, section, unknown, whyNot } from "./parts.js";
import { gatewayNow } from "./store.js";
import { ago, spoken, timeOf } from "./time.js";
import { counted } from "./words.js";

/** @import { Action, GatewayStatus, MessageRow, ReceiverState, State } from "./types.ts" */

/** @type {ReadonlyMap<string, string>} */
const QUEUES = new Map([
  ["incoming", "received, not taken up yet"],
  ["outgoing", "to be sent, not taken up yet"],
  ["checked", "waiting for a modem"],
]);

/** @param {State} state */
export function queuesView(state) {
  const { status } = state;
  const queues = status?.queues;
  return section(
    state,
    "queues",
    "Messages in smsd’s folders",
    queues ? queueTable(queues) : h("p", {}, unknown("the agent has not counted them")),
  );
}

/** @param {NonNullable<GatewayStatus["queues"]>} queues */
function queueTable(queues) {
  return h(
    "table",
    {},
    head("Folder", "Count", "Oldest"),
    h(
      "tbody",
      {},
      Object.entries(queues).map(([name, { count, oldest }]) =>
        h(
          "tr",
          { key: name },
          h("th", { scope: "row" }, name, h("span", { class: "quiet" }, ` ${QUEUES.get(name) ?? ""}`)),
          h("td", { class: "number" }, String(count)),
          h("td", { class: "number" }, count === 0 ? "–" : spoken(oldest * 1000)),
        ),
      ),
    ),
  );
}

/** @param {State} state */
export function receiversView(state) {
  const { incoming, notices } = state.status?.deliveries ?? {};
  const now = gatewayNow(state);
  return section(
    state,
    "receivers",
    "Who gets them",
    receivers("Received messages", incoming, "The inventory names nobody who gets received messages.", now),
    receivers("Notices of trouble", notices, "The inventory names nobody who gets notices: only this page tells.", now),
  );
}

/**
 * @param {string} title
 * @param {{ readonly waiting: number, readonly sinks: readonly ReceiverState[] } | undefined} delivery
 * @param {string} nobody
 * @param {number} now
 */
function receivers(title, delivery, nobody, now) {
  if (!delivery || delivery.sinks.length === 0) {
    return h("div", { key: title, class: "receivers" }, h("h3", {}, title), h("p", { class: "quiet" }, nobody));
  }
  return h(
    "div",
    { key: title, class: "receivers" },
    h(
      "h3",
      {},
      title,
      delivery.waiting === 0 ? "" : h("span", { class: "quiet" }, ` ${counted(delivery.waiting, "waits", "wait")}`),
    ),
    h(
      "table",
      {},
      head("Receiver", "Waiting", "How it goes"),
      h(
        "tbody",
        {},
        delivery.sinks.map((sink) => receiverRow(sink, now)),
      ),
    ),
  );
}

/**
 * @param {ReceiverState} sink
 * @param {number} now
 */
function receiverRow({ name, type, waiting, oldest, delivered, lastDelivered, failing }, now) {
  const last = timeOf(lastDelivered);
  const failed = timeOf(failing?.since);
  const well = [`${delivered} delivered`, last === undefined ? "" : [", the last ", ago(last, now)]];
  return h(
    "tr",
    { key: name },
    h("th", { scope: "row" }, foreign(name), h("span", { class: "quiet" }, ` ${type}`)),
    h(
      "td",
      { class: "number" },
      String(waiting),
      waiting === 0 ? "" : h("span", { class: "quiet" }, ` ${spoken(oldest * 1000)}`),
    ),
    h(
      "td",
      {},
      failing
        ? [
            badge("warning", "Takes nothing"),
            failed === undefined ? "" : [" since ", ago(failed, now)],
            h("p", {}, foreign(failing.detail)),
          ]
        : well,
    ),
  );
}

/**
 * @param {State} state
 * @param {(action: Action) => void} open
 */
export function deadLettersView(state, open) {
  const count = state.status?.deliveries?.incoming?.deadLetters;
  const rows = state.dead ?? [];
  const why = state.unread.dead;
  const more = (count ?? 0) - rows.length;
  return section(
    state,
    "dead",
    "Dead letters",
    deadSummary(count),
    why === undefined ? undefined : h("p", {}, unknown(why)),
    rows.length === 0
      ? undefined
      : h(
          "ul",
          { key: "list", class: "letters" },
          rows.map((row) => letterView(state, row, open)),
        ),
    state.dead && more > 0 ? h("p", { class: "quiet" }, `And ${more} more: modemkeeper sms list --dead`) : undefined,
  );
}

/** @param {number | undefined} count */
function deadSummary(count) {
  if (count === undefined)
    return h("p", { class: "quiet" }, "Nobody gets received messages, so none can be undeliverable.");
  if (count === 0) return h("p", { class: "quiet" }, "None: every received message was delivered.");
  return h(
    "p",
    {},
    badge("warning", counted(count, "message")),
    " could not be delivered and will not be tried again by itself.",
  );
}

/**
 * @param {State} state
 * @param {MessageRow} row
 * @param {(action: Action) => void} open
 */
function letterView(state, row, open) {
  const { id, at, kind, modem, from, reason } = row;
  const time = timeOf(at);
  const short = id.slice(0, 12);
  return h(
    "li",
    { key: id, class: "letter" },
    h(
      "div",
      {},
      h(
        "p",
        {},
        kind === undefined ? "Not a message" : from ? ["From ", foreign(from)] : "From nobody",
        modem === undefined ? "" : [" by ", foreign(modem)],
        time === undefined ? "" : [", ", ago(time, gatewayNow(state))],
      ),
      h("p", { class: "quiet" }, reason === undefined ? unknown("no reason was kept") : foreign(reason)),
    ),
    button({
      key: "retry",
      label: `Retry ${short}`,
      shown: "Retry…",
      use: () => open(retryAction(row)),
      not: whyNot(state) ?? (kind === undefined ? "It is not a message, so nobody can be given it." : undefined),
    }),
  );
}

/** @param {...string} names */
function head(...names) {
  return h(
    "thead",
    {},
    h(
      "tr",
      {},
      names.map((name) => h("th", { scope: "col" }, name)),
    ),
  );
}
