import { PORTS_GROUP, UNIT } from "../../../provision/desired/paths.ts";
import { inert } from "../../views/inert.ts";
import type { DoctorFacts, PathFact } from "../facts.ts";
import { valueOr } from "../known.ts";
import { ifSetUp } from "./set-up.ts";
import { type DoctorCheck, fault, fine, listed, orFine, seen, type Verdict, warning } from "./verdict.ts";

export const ACCESS_CHECKS: readonly DoctorCheck[] = [
  {
    name: "permissions",
    title: "rights",
    looksAt: "Owner, group and mode of the modems' terminals and of smsd's folders.",
    why: "A terminal that is not the group's, or a folder that smsd cannot write to, stops it; a received message that cannot be written is lost.",
    advice: "`provision apply` sets both: udev gives terminals to the group dialout, folders to smsd.",
    judge: judgePermissions,
  },
  {
    name: "links",
    title: "links",
    looksAt: "The links /dev/ttyUSB_NAME_ROLE.",
    why: "smsd finds its modem by them, whatever number the kernel gave its terminals.",
    advice: "`modemkeeper links repair` asks udev again.",
    judge: (facts) =>
      ifSetUp(facts, () =>
        seen(facts.setup.wrongLinks, (wrong) =>
          wrong.length === 0
            ? fine("Every link leads where it must.")
            : [
                fault(
                  `${wrong.length === 1 ? "A link is" : `${wrong.length} links are`} missing or wrong.`,
                  "`modemkeeper links repair`",
                  wrong.map(inert),
                ),
              ],
        ),
      ),
  },
];

function judgePermissions(facts: DoctorFacts): readonly Verdict[] {
  const { setup } = facts;
  const ttys = seen(setup.ttys, (all) => {
    const wrong = all.filter(({ is }) => is && (is.group !== PORTS_GROUP || (is.mode & 0o060) !== 0o060));
    if (wrong.length === 0) return [];
    return [
      warning(
        `${listed(wrong.map(({ path }) => path))} ${wrong.length === 1 ? "is" : "are"} not open to the group ${PORTS_GROUP}.`,
        "`provision apply` writes the udev rule; `udevadm trigger` makes it count.",
        wrong.map(shownPath),
      ),
    ];
  });
  const spool = seen(setup.spool, (all) =>
    "value" in setup.inventory && setup.inventory.value.state === "valid"
      ? all.flatMap((folder) => folderVerdict(folder, facts))
      : [],
  );
  const user = seen(setup.smsdUser, (account) => {
    const { user: name, group } = setup.wanted.smsd;
    const runsUnit = valueOr(setup.units, {})[UNIT]?.fragment.startsWith("/etc/systemd/system/") === true;
    // Our unit gives it the group; Debian's init script leaves that to the account.
    if (
      !account ||
      runsUnit ||
      account.group === PORTS_GROUP ||
      account.groups.includes(PORTS_GROUP) ||
      group === PORTS_GROUP
    )
      return [];
    return [
      warning(
        `The user ${name} is not in the group ${PORTS_GROUP}.`,
        `\`adduser ${name} ${PORTS_GROUP}\`, then restart smsd.`,
      ),
    ];
  });
  return orFine([...ttys, ...spool, ...user], "smsd may use its terminals and folders.");
}

function folderVerdict(folder: PathFact, { setup }: DoctorFacts): readonly Verdict[] {
  const { user, group } = setup.wanted.smsd;
  const { path, is } = folder;
  const fix = "`provision apply` makes it so.";
  if (!is) return [fault(`${path} is missing: smsd does not start without its folders.`, fix)];
  if (is.kind !== "directory") return [fault(`${path} is a ${is.kind}, not a folder.`, fix)];
  const isWritable = (is.owner === user && (is.mode & 0o200) !== 0) || (is.group === group && (is.mode & 0o020) !== 0);
  return isWritable || (is.mode & 0o002) !== 0
    ? []
    : [fault(`smsd may not write to ${path}.`, fix, [shownPath(folder)])];
}

function shownPath({ path, is }: PathFact): string {
  return is
    ? `${path} is ${is.mode.toString(8).padStart(4, "0")} ${inert(is.owner)}:${inert(is.group)}`
    : `${path} is not there`;
}
