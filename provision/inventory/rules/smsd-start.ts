import { quote } from "../quote.ts";
import { problem, type Rule } from "./context.ts";

/*
 * Combinations that smsd refuses at its start although each value alone is right;
 * its messages were seen with 3.1.21-4.
 */

export const adminDevice: Rule = ({ raw, inventory, declared, at }) => {
  const device = inventory.smsd.settings.adminmessage_device;
  const modem = inventory.modems.find(({ name }) => name === device);
  const known = device === undefined || declared.modems.has(device);
  if (known && modem?.smsd.outgoing !== false) return [];
  return [
    problem(
      "unknown-modem",
      at(["smsd", "settings", "adminmessage_device"]),
      known ? `The modem ${quote(device)} does not send.` : `There is no modem ${quote(device)}.`,
      "smsd refuses to start: `invalid adminmessage_device setting`.",
      `Name a modem that sends: ${raw.modems.map(({ name }) => name).join(", ")}.`,
    ),
  ];
};

export const callDetection: Rule = ({ raw, inventory, at }) =>
  inventory.modems.flatMap(({ name, smsd }) => {
    if (smsd.voicecall_cpas !== true || smsd.voicecall_clcc !== true) return [];
    const index = raw.modems.findIndex((modem) => modem.name === name);
    return [
      problem(
        "call-detection-twice",
        at(["modems", index, "smsd", "voicecall_clcc"]),
        `${quote(name)} has both \`voicecall_cpas\` and \`voicecall_clcc\`.`,
        "smsd refuses to start: only one of them can tell whether a call was answered.",
        "Remove one of them.",
      ),
    ];
  });

/** Methods that list all messages at once, and so can sort them by sender. */
const SORTING_METHODS: readonly unknown[] = [31, 41, 5];

export const privilegedNumbers: Rule = ({ raw, inventory, at }) =>
  inventory.modems.flatMap(({ name, smsd }) => {
    if (smsd.priviledged_numbers === undefined || SORTING_METHODS.includes(smsd.check_memory_method)) return [];
    const index = raw.modems.findIndex((modem) => modem.name === name);
    return [
      problem(
        "privileged-numbers-unsorted",
        at(["modems", index, "smsd", "priviledged_numbers"]),
        `\`priviledged_numbers\` of ${quote(name)} has no effect with this \`check_memory_method\`.`,
        "smsd refuses to start: it can sort by sender only where it lists all messages at once.",
        "Add `check_memory_method: 31`, or 41 or 5.",
      ),
    ];
  });
