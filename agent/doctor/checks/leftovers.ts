import { CLOCK_SLACK, isFromFuture, refusalOf, termsOf, timeText } from "../../../core/manual-stop.ts";
import { SUSPEND, UNIT } from "../../../provision/desired/paths.ts";
import { inert } from "../../views/inert.ts";
import type { DoctorFacts, Leftover, LockFact } from "../facts.ts";
import { valueOr } from "../known.ts";
import {
  type DoctorCheck,
  duration,
  fault,
  fine,
  listed,
  note,
  orFine,
  plural,
  seen,
  type Verdict,
  warning,
} from "./verdict.ts";

const HOUR = 3_600_000;
const SHOWN = 5;

export const LEFTOVER_CHECKS: readonly DoctorCheck[] = [
  {
    name: "stop-flag",
    title: "manual stop flag",
    looksAt:
      "The file that says that a person stopped smsd on purpose: its age, its owner, and whether smsd runs in spite of it.",
    why: "While it counts, nobody starts a dead smsd. A forgotten one once kept SMS down for two hours while all else looked perfect.",
    advice:
      "`modemkeeper smsd start` clears it and starts smsd. A link, or a file of somebody who is not trusted, is ignored: remove it.",
    judge: judgeFlag,
  },
  {
    name: "lock-files",
    title: "locks",
    looksAt:
      "Who holds the access lock and the lock of who changes the host; `LCK..` files of programs that are gone; locks in smsd's queue that nobody takes away.",
    why: "Who holds the access lock keeps everybody else from asking a modem. A message whose lock is left over is never sent.",
    advice:
      "The first two are free as soon as their holder ends: see what it waits for. Left-over files: remove them; smsd removes its own when it starts.",
    judge: judgeLocks,
  },
  {
    name: "suspend-file",
    title: "suspend file",
    looksAt: "Lines in smsd's suspend file.",
    why: "smsd leaves a modem alone for as long as its line stands there.",
    advice: `Take the line out of ${SUSPEND}; the agent takes out its own, as does the end of the agent's service.`,
    judge: judgeSuspend,
  },
  {
    name: "second-smsd",
    title: "a second smsd",
    looksAt: "smsd processes outside the service.",
    why: "A second smsd on the same spool deletes the locks of the first, and both send.",
    advice: "`modemkeeper smsd restart` ends strays and starts the one of the service.",
    judge: ({ smsd }) =>
      seen(smsd.processes, (processes) => {
        const strays = processes.filter(({ unit }) => unit !== UNIT);
        if (strays.length === 0) return fine("No smsd runs outside the service.");
        const pids = strays.map(({ pid }) => String(pid));
        const where = [
          ...new Set(strays.map(({ unit }) => (unit === "" ? "started by hand or by a script" : `of ${inert(unit)}`))),
        ];
        return [
          fault(
            `smsd runs outside ${UNIT}: process ${listed(pids)}, ${listed(where)}.`,
            "`modemkeeper smsd restart`; before modemkeeper is installed, `provision apply`.",
          ),
        ];
      }),
  },
  {
    name: "old-service",
    title: "Debian's init script",
    looksAt: "Whether smsd's service is still Debian's init script.",
    why: 'Under it a dead smsd shows as "active (exited)", and nothing restarts it.',
    advice: "`provision apply` puts a native unit of the same name in its place.",
    judge: judgeOldService,
  },
  {
    name: "old-scripts",
    title: "scripts of the past",
    looksAt:
      "Cron jobs, rc.local, units and udev rules that restart, kill or stop smsd, write the manual stop flag or talk to a port, by themselves or by a script that they call.",
    why: "Each restarts smsd in its own way, past the flag and past each other: that is how a gateway goes down while its status looks perfect.",
    advice:
      "Disable them: the agent does all of it. Those that other programs call keep their names with `compat.scripts` in the inventory, and then do no harm.",
    judge: ({ rivals }) =>
      seen(rivals.leftovers, (leftovers) => {
        const scripts = leftovers.filter(({ kind }) => kind !== "init-script");
        return orFine(told(scripts).map(leftover), "No cron job, boot script, unit or rule works against the agent.");
      }),
  },
];

function judgeFlag({ smsd, setup, now }: DoctorFacts): readonly Verdict[] {
  return seen(smsd.flag, (flag) => {
    const { manualStop } = setup.wanted;
    if (!flag) return fine("There is no manual stop flag.");
    const path = manualStop.flag;
    const refused =
      refusalOf(flag, manualStop) ?? (isFromFuture(flag, now) ? "it was written in the future" : undefined);
    if (refused !== undefined)
      return [warning(`${path} does not count: ${inert(refused)}.`, `\`rm ${path}\`, once you know who put it there.`)];
    const age = duration(now - flag.modifiedAt);
    const isOver = now >= flag.modifiedAt + termsOf(flag, manualStop).lasts;
    const started = Math.max(0, ...valueOr(smsd.processes, []).map(({ startedAt }) => startedAt));
    const fix = "`modemkeeper smsd start` clears it; without modemkeeper: `rm` it, then `systemctl restart smstools`.";
    if (started > flag.modifiedAt + CLOCK_SLACK) {
      return [
        fault(
          `${path} was left behind ${age} ago: smsd was started since, and the next time that it dies nobody starts it.`,
          fix,
        ),
      ];
    }
    if (isOver) return [fault(`${path} is ${age} old: its time is over, and it was not cleared.`, fix)];
    return [
      warning(`${inert(flag.owner)} stopped smsd on purpose ${age} ago.`, fix, [
        `written at ${timeText(flag.modifiedAt)}`,
      ]),
    ];
  });
}

function judgeLocks({ smsd, now }: DoctorFacts): readonly Verdict[] {
  const locks = seen(smsd.locks, (all) => all.flatMap((lock) => lockVerdict(lock, now)));
  const queue = seen(smsd.spoolLocks, (all) => {
    const old = all.filter(({ age }) => age > HOUR);
    if (old.length === 0) return [];
    // Names in the queue are whatever somebody called a message.
    return [
      warning(
        `${plural(old.length, "message")} in smsd's queue ${old.length === 1 ? "has" : "have"} a lock that is older than an hour.`,
        "`modemkeeper smsd restart`: smsd removes them when it starts.",
      ),
    ];
  });
  return orFine([...locks, ...queue], "No lock is held too long or left over.");
}

const LOCK_NAME = {
  access: "the access lock",
  actor: "the lock of who changes this host",
  uucp: "a terminal",
} as const;

function lockVerdict({ what, file, holder }: LockFact, now: number): readonly Verdict[] {
  if (file.is?.kind === "link" || file.is?.kind === "directory") {
    return [
      fault(
        `${file.path} is a ${file.is.kind} where a lock file should be.`,
        `Remove ${file.path}, once you know who put it there.`,
      ),
    ];
  }
  if (what === "uucp" && !holder && file.is)
    return [note(`${file.path} is left over: the process in it is gone.`, { fix: `\`rm ${file.path}\`` })];
  if (!holder) return [];
  const who = `${inert(holder.process)} (process ${holder.pid} of ${inert(holder.user)})`;
  const sentence = `${who} holds ${LOCK_NAME[what]} ${file.path}, and runs for ${duration(now - holder.since)}.`;
  return [note(sentence, { fix: "It is free as soon as that process ends." })];
}

function judgeSuspend({ smsd, agent }: DoctorFacts): readonly Verdict[] {
  return seen(smsd.suspend, (lines) => {
    const isAgentThere = valueOr(agent.state, undefined) !== undefined;
    const findings = lines
      .filter(({ name }) => name !== "")
      .map(({ name, ours }) => {
        const whom = name === "ALL" ? "all modems" : inert(name);
        if (ours && isAgentThere)
          return note(`The agent has smsd leave ${whom} alone; \`modemkeeper status\` says why.`);
        const fix = `Take the line out: \`sed -i '/^${name.replace("*", "\\*")}:/d' ${SUSPEND}\`.`;
        if (ours)
          return fault(
            `smsd leaves ${whom} alone, for an agent that does not run.`,
            "`systemctl start modemkeeper`, or take the line out of the suspend file.",
          );
        return warning(`Somebody has smsd leave ${whom} alone.`, fix);
      });
    return orFine(findings, "smsd leaves no modem alone.");
  });
}

function judgeOldService({ rivals, setup, smsd }: DoctorFacts): readonly Verdict[] {
  return seen(setup.units, (units) =>
    seen(rivals.leftovers, (leftovers) => {
      const state = units[UNIT];
      const scripts = leftovers.filter(({ kind }) => kind === "init-script");
      // systemd-sysv-generator(8) makes its units there.
      const isGenerated = state?.fragment.includes("/generator") === true;
      const isDead = state?.active === "active" && valueOr(smsd.processes, []).length === 0;
      const fix = "`provision apply` puts a native unit in its place.";
      if (isGenerated && isDead)
        return [fault(`${UNIT} is Debian's init script: systemd calls it active, and no smsd runs.`, fix)];
      if (isGenerated)
        return [warning(`${UNIT} is Debian's init script, under which a dead smsd shows as active.`, fix)];
      return orFine(
        scripts.map(({ path, does }) => note(`${path} ${does}.`, { fix })),
        "smsd's service is not Debian's init script.",
      );
    }),
  );
}

/** A file that does a deed on ten lines is one finding. */
function told(leftovers: readonly Leftover[]): readonly (Leftover & { readonly lines: readonly number[] })[] {
  const groups = new Map<string, Leftover & { lines: number[] }>();
  for (const one of leftovers) {
    const key = JSON.stringify([one.path, one.does, one.by]);
    const group = groups.get(key) ?? { ...one, lines: [] };
    group.lines.push(...(one.line === undefined ? [] : [one.line]));
    groups.set(key, group);
  }
  return [...groups.values()];
}

function leftover({ kind, path, lines, does, by }: Leftover & { readonly lines: readonly number[] }): Verdict {
  const shown = inert(path);
  const place = lines.length === 0 ? shown : `${shown}:${lines.slice(0, SHOWN).join(",")}`;
  const deed = by === undefined ? does : `calls ${inert(by)}, which ${does}`;
  const unit = path.slice(path.lastIndexOf("/") + 1);
  const fix = {
    cron: `Take that line out of ${shown}.`,
    "boot-script": `Take that line out of ${shown}.`,
    unit: `\`systemctl disable --now ${inert(unit)}\``,
    "udev-rule": `Remove that rule: \`rm ${shown}\`, then \`udevadm control --reload\`.`,
    "init-script": "`provision apply`",
  }[kind];
  return warning(`${place} ${deed}.`, fix);
}
