import { resetAction } from "./actions.js";
import { signalChart } from "./chart.js";
import { h } from "./dom.js";
import { ladderView } from "./ladder.js";
import { modemFacts } from "./modem-facts.js";
import { badge, button, facts, foreign, section, whyNot } from "./parts.js";
import { gatewayNow } from "./store.js";
import { timeOf } from "./time.js";

/** @import { Action, ModemStatus, Shown, State } from "./types.ts" */

/**
 * @param {State} state
 * @param {(action: Action) => void} open
 */
export function modemsView(state, open) {
  const modems = state.status?.modems ?? [];
  const none = h("p", { class: "quiet" }, "The inventory names no modem.");
  return section(
    state,
    "modems",
    modems.length === 1 ? "Modem" : "Modems",
    modems.length === 0 ? none : modems.map((modem) => modemView(state, modem, open)),
  );
}

/**
 * @param {State} state
 * @param {ModemStatus} modem
 * @param {(action: Action) => void} open
 */
function modemView(state, modem, open) {
  const now = gatewayNow(state);
  const looked = timeOf(state.status?.agent.looked) ?? now;
  const { name } = modem;
  const samples = Object.hasOwn(state.signal, name) ? (state.signal[name] ?? []) : [];
  return h(
    "article",
    { key: name, class: "modem", "aria-label": `Modem ${name}` },
    h(
      "div",
      { class: "modem-head" },
      h("h3", {}, foreign(name)),
      stateBadge(state, modem),
      button({
        key: "reset",
        label: `Reset ${name}`,
        shown: "Reset…",
        use: () => open(resetAction(modem)),
        not: whyNot(state),
        class: "modem-reset",
      }),
    ),
    h("p", { class: "modem-place" }, placeOf(modem)),
    modem.recovery ? ladderView(name, modem.recovery, now) : undefined,
    h("div", { key: "facts", class: "modem-facts" }, modemFacts(modem, looked, now).map(facts)),
    h("div", { key: "body", class: "modem-body" }, signalChart(name, samples, now), portsView(modem)),
  );
}

/**
 * The worst that is known of it.
 * @param {State} state
 * @param {ModemStatus} modem
 */
function stateBadge(state, { name, present, recovery }) {
  if (recovery) return badge("critical", "In recovery");
  if (!present) return badge("critical", "Not plugged in");
  const findings = (state.status?.findings ?? []).filter(({ subject }) => subject === `modem:${name}`);
  /** @type {Shown | undefined} */
  const worst = /** @type {const} */ (["critical", "warning"]).find((level) =>
    findings.some((one) => one.level === level),
  );
  return worst ? badge(worst) : badge("ok", "Works");
}

/** @param {ModemStatus} modem */
function placeOf({ model, title = model, present, port, device }) {
  if (!present) return [foreign(title), ", not on the USB bus"];
  const places = [device, port].filter((place) => place !== undefined);
  return [foreign(title), " at ", places.length === 0 ? "an unknown place" : foreign(places.join(", "))];
}

/** @param {ModemStatus} modem */
function portsView({ name, present, ports = {} }) {
  const rows = Object.entries(ports);
  if (rows.length === 0) {
    return h("p", { class: "quiet" }, present ? "It has no terminals: its driver has not bound it." : "No terminals.");
  }
  return h(
    "table",
    { class: "ports" },
    h("caption", {}, `Ports of ${name}`),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Role"), h("th", { scope: "col" }, "Terminal"))),
    h(
      "tbody",
      {},
      rows.map(([role, tty]) =>
        h("tr", { key: role }, h("th", { scope: "row" }, role), h("td", {}, foreign(`/dev/${tty}`))),
      ),
    ),
  );
}
