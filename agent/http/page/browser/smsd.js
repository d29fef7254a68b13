import { restartAction, startAction, stopAction } from "./actions.js";
import { h } from "./dom.js";
import { badge, button, facts, foreign, section, whyNot } from "./parts.js";
import { prose } from "./prose.js";
import { gatewayNow } from "./store.js";
import { absolute, ago, countdown, lasting, moment, timeOf } from "./time.js";

/** @import { Action, GatewayStatus, State } from "./types.ts" */

/**
 * smsd's process beside its unit, and the flag by which a person stopped it.
 * @param {State} state
 * @param {(action: Action) => void} open
 */
export function smsdView(state, open) {
  const { status } = state;
  if (!status) return section(state, "smsd", "smsd", h("p", { class: "quiet" }, "Not known yet."));
  const now = gatewayNow(state);
  return section(
    state,
    "smsd",
    "smsd",
    facts([
      ["Process", processFact(status, now)],
      ["Unit", unitFact(status.smsd)],
      ...(status.smsd.strays.length === 0 ? [] : [/** @type {const} */ (["Outside the unit", strayFact(status.smsd)])]),
      ["Manual stop", flagFact(status, now)],
    ]),
    flagCountdown(status, now),
    h("div", { key: "buttons", class: "buttons" }, smsdButtons(state, status, open)),
  );
}

/**
 * @param {State} state
 * @param {GatewayStatus} status
 * @param {(action: Action) => void} open
 */
function smsdButtons(state, status, open) {
  const not = whyNot(state);
  const stopped = !status.smsd.running && status.flag?.inForce === true;
  return [
    button({
      key: "stop",
      label: "Stop smsd",
      shown: "Stop…",
      use: () => open(stopAction()),
      not: not ?? (stopped ? "smsd is stopped already." : undefined),
    }),
    button({
      key: "start",
      label: "Start smsd",
      shown: "Start…",
      use: () => open(startAction(status)),
      not: not ?? (status.smsd.running && !status.flag ? "smsd runs already." : undefined),
    }),
    button({ key: "restart", label: "Restart smsd", shown: "Restart…", use: () => open(restartAction(status)), not }),
  ];
}

/**
 * @param {GatewayStatus} status
 * @param {number} now
 */
function processFact({ smsd, modems, flag }, now) {
  if (!smsd.running) {
    const recovered = flag?.inForce ? undefined : modems.find(({ recovery }) => recovery);
    return [badge("critical", "does not run"), recovered ? [" while ", foreign(recovered.name), " is recovered"] : ""];
  }
  const since = timeOf(smsd.since);
  const pids = `pid ${smsd.pids.join(", ")}`;
  return [
    badge("ok", "runs"),
    since === undefined ? `, since when is unknown, ${pids}` : [" for ", lasting(since, now), `, ${pids}`],
  ];
}

/** @param {GatewayStatus["smsd"]} smsd */
function unitFact({ running, unit }) {
  const said = `smstools.service is ${unit}`;
  if (running === (unit === "active")) return said;
  const against = running ? "although smsd runs" : "although no smsd runs";
  return [badge("warning", "Contradiction"), ` ${said}, ${against}`];
}

/** @param {GatewayStatus["smsd"]} smsd */
function strayFact({ strays }) {
  return [badge("warning"), ` smsd runs there, too: pid ${strays.join(", ")}`];
}

/**
 * @param {GatewayStatus} status
 * @param {number} now
 */
function flagFact({ flag }, now) {
  if (!flag) return "none";
  const written = timeOf(flag.written);
  const { by = flag.owner } = flag;
  const who = [
    " by ",
    foreign(by === flag.owner ? by : `${by} (as ${flag.owner})`),
    written === undefined ? "" : [", ", ago(written, now)],
  ];
  if (!flag.inForce) return [badge("warning", "Ignored"), who, h("p", { class: "quiet" }, prose(flag.sentence, now))];
  return [
    badge("warning", "In force"),
    who,
    h("p", {}, "Reason: ", flag.reason ? foreign(flag.reason) : h("span", { class: "quiet" }, "none was given")),
  ];
}

/**
 * @param {GatewayStatus} status
 * @param {number} now
 */
function flagCountdown({ flag }, now) {
  const until = timeOf(flag?.until);
  const written = timeOf(flag?.written);
  if (!flag?.inForce || until === undefined || written === undefined) return undefined;
  const left = Math.max(0, until - now);
  return h(
    "div",
    { key: "countdown", class: "countdown" },
    h("span", { class: "countdown-time", role: "timer", "aria-label": "Time left" }, countdown(left)),
    h("span", {}, left === 0 ? " The time is over." : " left, until ", left === 0 ? "" : moment(until, now)),
    h("progress", {
      max: Math.max(1, Math.round((until - written) / 1000)),
      value: Math.round(left / 1000),
      "aria-label": `Time left until ${absolute(until)}`,
    }),
  );
}
