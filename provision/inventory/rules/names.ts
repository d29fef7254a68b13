import { quote } from "../quote.ts";
import { MAX_MODEMS, problem, type Rule } from "./context.ts";

/**
 * Names that smsd keeps for itself (its manual, "Modem settings", and `communicate` since 3.1.20), names of its own
 * processes, and the stems of files that it makes in every folder at its start (`test.XXXXXX`, `smsd_script.XXXXXX`).
 */
const RESERVED = [
  "default",
  "modemname",
  "all",
  "communicate",
  "child",
  "notifier",
  "mainprocess",
  "test",
  "smsd_script",
];

/** Names are folded: links and files of two modems must be told apart by people, too. */
export const uniqueNames: Rule = ({ raw, at }) => {
  const first = new Map<string, string>();
  return raw.modems.flatMap(({ name }, index) => {
    const earlier = first.get(name.toLowerCase());
    if (earlier === undefined) {
      first.set(name.toLowerCase(), name);
      return [];
    }
    const how = earlier === name ? "twice" : `beside ${quote(earlier)}, which differs only in its capitals`;
    return [
      problem(
        "duplicate-name",
        at(["modems", index, "name"]),
        `The modem name ${quote(name)} stands here ${how}.`,
        "The name is the modem's section in smsd.conf, its links under /dev and the start of its file names.",
        "Give each modem a name of its own.",
      ),
    ];
  });
};

export const reservedNames: Rule = ({ raw, at }) =>
  raw.modems.flatMap(({ name }, index) =>
    RESERVED.includes(name.toLowerCase())
      ? [
          problem(
            "reserved-name",
            at(["modems", index, "name"]),
            `${quote(name)} cannot be the name of a modem.`,
            "smsd gives this name a meaning of its own.",
            "Choose another name, e.g. that of the model.",
          ),
        ]
      : [],
  );

/** Received files are called `<name>.<six characters>`: a name that is another's with a dot added would be mistaken for its file. */
export const separableNames: Rule = ({ raw, at }) => {
  const names = raw.modems.map(({ name }) => name);
  return names.flatMap((name, index) => {
    const shorter = names.find((other) => name.startsWith(`${other}.`));
    if (shorter === undefined) return [];
    return [
      problem(
        "ambiguous-name",
        at(["modems", index, "name"]),
        `The modem name ${quote(name)} begins with the name ${quote(shorter)} and a dot.`,
        "smsd names received files `<modem>.XXXXXX`; whose they are would be unclear.",
        "Use a hyphen instead of the dot.",
      ),
    ];
  });
};

export const modemCount: Rule = ({ raw, at }) =>
  raw.modems.length <= MAX_MODEMS
    ? []
    : [
        problem(
          "too-many-modems",
          at(["modems", MAX_MODEMS]),
          `This is modem number ${MAX_MODEMS + 1} of ${raw.modems.length}.`,
          `smsd is built for ${MAX_MODEMS} devices and does not start with more.`,
          "Split the modems over two machines.",
        ),
      ];
