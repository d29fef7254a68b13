import { absolute, timeOf } from "./time.js";

/** @import { Action, GatewayStatus, MessageRow, ModemStatus } from "./types.ts" */

/** @returns {Action} */
export function stopAction() {
  return {
    title: "Stop smsd",
    says: [
      "smsd ends and stays down: meanwhile no SMS is sent, and none is received. What is to be sent waits in its folder; what arrives waits on the SIM, as far as there is room.",
      "When the time is over, the agent starts smsd again by itself.",
    ],
    fields: [
      {
        name: "for",
        label: "For how long",
        options: [
          { value: "10m", label: "10 minutes" },
          { value: "30m", label: "30 minutes", chosen: true },
          { value: "1h", label: "1 hour" },
          { value: "2h", label: "2 hours" },
          { value: "4h", label: "4 hours" },
        ],
      },
      {
        name: "reason",
        label: "Reason",
        hint: "For whoever finds smsd stopped. No phone numbers, please.",
        longest: 200,
      },
    ],
    does: "Stop smsd",
    danger: true,
    path: "monitor/smsd/stop",
    body: withoutEmpty,
  };
}

/**
 * @param {GatewayStatus} status
 * @returns {Action}
 */
export function startAction({ flag }) {
  return {
    title: "Start smsd",
    says: [...flagGoes(flag), "smsd is started, and watched until it has initialised its modems."],
    fields: [],
    does: "Start smsd",
    danger: false,
    path: "monitor/smsd/start",
    body: withoutEmpty,
  };
}

/**
 * @param {GatewayStatus} status
 * @returns {Action}
 */
export function restartAction({ flag }) {
  return {
    title: "Restart smsd",
    says: [
      ...flagGoes(flag),
      "smsd finishes the message that it is sending, ends, and is started again. For that time, usually some seconds, no SMS is sent or received. No message is lost.",
    ],
    fields: [],
    does: "Restart smsd",
    danger: true,
    path: "monitor/smsd/restart",
    body: withoutEmpty,
  };
}

/** @param {GatewayStatus["flag"]} flag */
function flagGoes(flag) {
  if (!flag) return [];
  const written = timeOf(flag.written);
  const when = written === undefined ? "" : ` of ${absolute(written)}`;
  const why = flag.reason ? ` (“${flag.reason}”)` : "";
  return [`The manual stop of ${flag.owner}${when}${why} is lifted.`];
}

const RUNGS = [
  { value: "", label: "The usual way", hint: "AT reset; if that does not help, USB reset", chosen: true },
  { value: "at-reset", label: "AT reset", hint: "the modem is told to restart" },
  { value: "usb-reset", label: "USB reset", hint: "its port is reset" },
  { value: "usb-authorize", label: "USB off and on", hint: "the kernel lets it go and takes it back" },
  { value: "usb-power", label: "Power off and on", hint: "may cut off other devices on the same hub" },
  { value: "host-reboot", label: "Reboot the machine", hint: "everything on it stops for minutes" },
];

/**
 * @param {ModemStatus} modem
 * @returns {Action}
 */
export function resetAction({ name, present, recovery }) {
  return {
    title: `Reset ${name}`,
    says: [
      ...(present ? [] : ["It is not on the USB bus: only cutting its power can help, where that can be switched."]),
      ...(recovery ? ["The agent is recovering it already."] : []),
      "smsd lets go of the modem while it restarts, which takes up to a minute. Its messages wait meanwhile. If it is the only modem, smsd is stopped for that time.",
    ],
    fields: [{ name: "rung", label: "How", options: RUNGS }],
    does: `Reset ${name}`,
    danger: true,
    path: "monitor/modem_reset",
    body: (entered) => ({ modem: name, ...withoutEmpty(entered) }),
  };
}

/**
 * @param {MessageRow} row
 * @returns {Action}
 */
export function retryAction({ id, from }) {
  return {
    title: "Deliver again",
    says: [
      `The message ${id.slice(0, 12)}${from ? ` from ${from}` : ""} is delivered once more to every receiver that does not have it.`,
      "If it cannot be delivered this time either, it becomes a dead letter again. Nothing is lost.",
    ],
    fields: [],
    does: "Deliver again",
    danger: false,
    path: `monitor/messages/${encodeURIComponent(id)}/retry`,
    body: withoutEmpty,
  };
}

/**
 * @param {Readonly<Record<string, string>>} entered
 * @returns {Readonly<Record<string, string>>}
 */
function withoutEmpty(entered) {
  return Object.fromEntries(Object.entries(entered).filter(([, value]) => value.trim() !== ""));
}
