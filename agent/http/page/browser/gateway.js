import { h } from "./dom.js";
import { badge, facts, foreign, section, unknown } from "./parts.js";
import { gatewayNow, hungFor } from "./store.js";
import { ago, timeOf } from "./time.js";
import { numberWords, sizeWords } from "./words.js";

/** @import { GatewayStatus, State } from "./types.ts" */

/**
 * The machine around it: the agent, the configuration, the disk.
 * @param {State} state
 */
export function gatewayView(state) {
  const { status } = state;
  if (!status) return section(state, "gateway", "This gateway", h("p", { class: "quiet" }, "Not known yet."));
  return section(
    state,
    "gateway",
    "This gateway",
    facts([
      ["Agent", agentFact(state, status)],
      ["Configuration", configurationFact(status.configuration)],
      ["Disk", diskFact(status.disk)],
    ]),
  );
}

/**
 * @param {State} state
 * @param {GatewayStatus} status
 */
function agentFact(state, { agent }) {
  const looked = timeOf(agent.looked);
  if (!agent.running) return [badge("critical", "does not run"), `, modemkeeper.service is ${agent.unit}`];
  return [
    hungFor(state) === undefined ? badge("ok", "looked") : badge("critical", "hangs; looked"),
    " ",
    looked === undefined ? unknown("it did not say when") : ago(looked, gatewayNow(state)),
    `, pid ${agent.pid ?? "unknown"}`,
    agent.version === undefined ? "" : `, version ${agent.version}`,
  ];
}

/** @param {GatewayStatus["configuration"]} configuration */
function configurationFact(configuration) {
  if (!configuration) return unknown("host and inventory were not compared yet");
  const { state, details } = configuration;
  const list =
    details.length === 0
      ? undefined
      : h(
          "ul",
          { class: "evidence" },
          details.map((line) => h("li", {}, foreign(line))),
        );
  if (state === "converged") return [badge("ok", "as the inventory says"), list];
  if (state === "differs") return [badge("warning", "differs from the inventory"), list];
  if (state === "invalid") return [badge("warning", "the inventory is invalid"), list];
  return [unknown("host and inventory could not be compared"), list];
}

/** @param {GatewayStatus["disk"]} disk */
function diskFact(disk) {
  if (!disk) return unknown("the agent has not looked at it yet");
  const files = disk.files === undefined ? "" : ` and ${numberWords(disk.files)} files`;
  return [`room for ${sizeWords(disk.bytes)}${files} at `, foreign(disk.path)];
}
