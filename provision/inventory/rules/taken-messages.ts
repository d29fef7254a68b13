import { problem, type Rule, remark } from "./context.ts";

/** What smsd itself does with a received file after it has written it. */
const AFTERWARDS: readonly { readonly setting: string; readonly where: readonly ("global" | "modem")[] }[] = [
  { setting: "filename_preview", where: ["global"] },
  { setting: "incoming_copy", where: ["global"] },
  { setting: "eventhandler", where: ["global", "modem"] },
];

/**
 * A message is put away within milliseconds of being written. Whatever smsd wants to do with the file after that finds
 * nothing: its rename fails, its copy is empty, its handler gets the name of a file that is gone.
 */
export const takenMessages: Rule = ({ raw, at }) => {
  if ((raw.incoming?.sinks ?? []).length === 0) return [];
  const places = [
    { where: "global" as const, settings: raw.smsd?.settings ?? {}, path: ["smsd", "settings"] },
    ...raw.modems.map((modem, index) => ({
      where: "modem" as const,
      settings: modem.smsd ?? {},
      path: ["modems", index, "smsd"],
    })),
  ];
  return places.flatMap(({ where, settings, path }) =>
    AFTERWARDS.filter((one) => one.where.includes(where) && settings[one.setting] !== undefined).map(({ setting }) => {
      if (setting === "eventhandler") {
        return remark(
          "taken-message",
          at([...path, setting]),
          "smsd calls this program for received messages, too, and finds their files gone: the agent has delivered them.",
          "For sent and failed messages it works as before.",
          "Make the program a receiver under `incoming.sinks` (`type: exec`), and let the handler ignore RECEIVED and REPORT.",
        );
      }
      return problem(
        "taken-message",
        at([...path, setting]),
        `\`${setting}\` cannot be used together with \`incoming.sinks\`.`,
        "The agent takes a message within milliseconds; smsd would rename or copy a file that is gone.",
        "Remove the line; delivered messages are kept in `incoming.processed`.",
      );
    }),
  );
};
