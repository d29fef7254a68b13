import { quote } from "../quote.ts";
import { problem, type Rule } from "./context.ts";

/*
 * Combinations that smsd refuses at its start although each value alone is right;
 * its messages were seen with 3.1.21-4.
 */

export const adminDevice: Rule = ({ raw, inventory, declared, at }) => {
  const device = inventory.smsd.settings.adminmessage_device;
  if (device === undefined || declared.modems.has(device)) return [];
  return [
    problem(
      "unknown-modem",
      at(["smsd", "settings", "adminmessage_device"]),
      `There is no modem ${quote(device)}.`,
      "smsd refuses to start: `invalid adminmessage_device setting`.",
      `Use one of: ${raw.modems.map(({ name }) => name).join(", ")}.`,
    ),
  ];
};

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
