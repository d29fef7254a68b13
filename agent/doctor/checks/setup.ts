import { AGENT_UNIT, FALLBACK_TIMER, PROGRAM } from "../../../provision/desired/paths.ts";
import { inert } from "../../views/inert.ts";
import type { DoctorFacts } from "../facts.ts";
import { valueOr } from "../known.ts";
import { ifSetUp, NONE_YET, SET_UP } from "./set-up.ts";
import { type DoctorCheck, fault, fine, note, orFine, seen, type Verdict, warning } from "./verdict.ts";

export const SETUP_CHECKS: readonly DoctorCheck[] = [
  {
    name: "inventory",
    title: "inventory",
    looksAt: "Whether there is an inventory, and whether it is valid.",
    why: "It says which modems this machine has and how smsd must behave. With an invalid one the last good one stays in force.",
    advice: "`provision init` writes one; `provision validate` shows each error with its place.",
    judge: ({ setup }) =>
      seen(setup.inventory, (inventory) => {
        if (inventory.state === "none")
          return [note(`${NONE_YET}: there is no ${inert(inventory.file)}.`, { fix: SET_UP })];
        if (inventory.state === "valid") return fine(`${inert(inventory.file)} is valid.`);
        const problems = inventory.problems.map(inert);
        return [
          fault(
            `${inert(inventory.file)} is not valid.`,
            `Mend it; \`provision validate -i ${inert(inventory.file)}\` shows where.`,
            problems,
          ),
        ];
      }),
  },
  {
    name: "converged",
    title: "host against inventory",
    looksAt: "Whether files, units, users and folders are as the inventory says.",
    why: "What differs was changed by hand or by a package, or was never applied.",
    advice: "`provision plan` shows each difference, `provision apply` mends it.",
    judge: ({ setup }) =>
      seen(setup.comparison, ({ state, details }) => {
        const shown = details.map(inert);
        if (state === "converged") return fine("The host is as the inventory says.");
        if (state === "differs")
          return [
            warning(
              "The host is not as the inventory says.",
              "`provision plan` shows how, `provision apply` mends it.",
              shown,
            ),
          ];
        if (state === "invalid")
          return [fault("The installed inventory cannot be applied.", "`provision plan` says why.", shown)];
        return [
          warning(
            "Whether the host is as the inventory says could not be found out.",
            "`provision plan` says why.",
            shown,
          ),
        ];
      }),
  },
  {
    name: "agent",
    title: "agent",
    looksAt: "Whether the agent's service runs and is enabled, and has looked just now.",
    why: "It alone restarts smsd and heals a modem that hangs.",
    advice: "`systemctl enable --now modemkeeper`; if it does not stay: `journalctl -u modemkeeper -n 50`.",
    judge: judgeAgent,
  },
  {
    name: "fallback",
    title: "fallback",
    looksAt: "Whether the timer runs that starts a dead smsd while the agent cannot.",
    why: "It is what is left when the agent cannot run at all.",
    advice: `\`systemctl enable --now ${FALLBACK_TIMER}\`, or \`provision apply\`.`,
    judge: (facts) =>
      ifSetUp(facts, () =>
        seen(facts.setup.units, (units) => {
          const timer = units[FALLBACK_TIMER];
          if (timer?.enabled && timer.active === "active") return fine(`${FALLBACK_TIMER} is active.`);
          const state =
            timer === undefined || timer.load === "not-found"
              ? "not installed"
              : `${timer.active}${timer.enabled ? "" : ", and not enabled"}`;
          return [
            warning(
              `${FALLBACK_TIMER} is ${state}.`,
              `\`systemctl enable --now ${FALLBACK_TIMER}\`, or \`provision apply\`.`,
            ),
          ];
        }),
      ),
  },
  {
    name: "secrets",
    title: "secrets",
    looksAt: "Whether every secret that the inventory names can be read, and by nobody else.",
    why: "Without its PIN a modem does not register; without its key a receiver gets nothing.",
    advice: "Put the value into the named file: `install -m 600 /dev/stdin FILE`.",
    judge: ({ setup }) =>
      seen(setup.secrets, (problems) =>
        orFine(
          problems.map(({ sentence, fix }) =>
            fault(`${inert(sentence)}.`, inert(fix ?? "Put the value there, readable by root alone.")),
          ),
          "Every secret that the inventory names can be read.",
        ),
      ),
  },
];

function judgeAgent(facts: DoctorFacts): readonly Verdict[] {
  return ifSetUp(facts, () =>
    seen(facts.setup.units, (units) => {
      const unit = units[AGENT_UNIT];
      if (facts.agent.program && "value" in facts.agent.program && !facts.agent.program.value) {
        return [fault(`${PROGRAM} is not installed: nobody heals a modem that hangs.`, "`sudo ./bootstrap.sh`")];
      }
      if (unit?.active !== "active") {
        return [
          fault(
            `${AGENT_UNIT} is ${unit?.load === "not-found" ? "not installed" : (unit?.active ?? "unknown")}: nobody heals a modem that hangs.`,
            "`systemctl enable --now modemkeeper`; then `journalctl -u modemkeeper -n 50`.",
          ),
        ];
      }
      const hasLooked = valueOr(facts.agent.state, undefined) !== undefined;
      if ("value" in facts.agent.state && !hasLooked)
        return [
          fault(
            `${AGENT_UNIT} is active, but has not looked for a minute and a half.`,
            "`journalctl -u modemkeeper -n 50`; systemd restarts it when it hangs.",
          ),
        ];
      if (!unit.enabled)
        return [warning(`${AGENT_UNIT} runs, and does not start at boot.`, "`systemctl enable modemkeeper`")];
      return fine(`${AGENT_UNIT} is active and enabled.`);
    }),
  );
}
