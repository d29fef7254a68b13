import { timeText } from "../../../core/manual-stop.ts";
import { matchModem } from "../../../provision/models/match.ts";
import { inert } from "../../views/inert.ts";
import type { DoctorFacts } from "../facts.ts";
import { messageOf } from "../kernel/lines.ts";
import { valueOr } from "../known.ts";
import { type DoctorCheck, fault, fine, listed, note, orFine, seen, type Verdict, warning } from "./verdict.ts";

const MANAGER = "ModemManager";

export const RIVAL_CHECKS: readonly DoctorCheck[] = [
  {
    name: "modemmanager",
    title: "ModemManager",
    looksAt: "Whether ModemManager runs or would start, and whether udev tells it to leave the modems alone.",
    why: "It opens every port of a modem and talks to it between smsd's commands: both lose answers.",
    advice:
      "provision's udev rules tell it to leave the inventory's modems alone. Where nothing else needs it: `systemctl disable --now ModemManager`.",
    judge: judgeModemManager,
  },
  {
    name: "brltty",
    title: "brltty",
    looksAt: "Whether brltty, the driver of Braille displays, is installed or runs.",
    why: "It takes USB serial adapters with CH340 and CP210x chips, by which modems with a UART are plugged in: their terminal vanishes (Ubuntu 22.04).",
    advice: "`apt-get remove brltty`, where nobody uses a Braille display.",
    judge: judgeBrltty,
  },
  {
    name: "port-holders",
    title: "programs on ports",
    looksAt: "Which programs beside smsd and the agent have a modem's terminal open.",
    why: "Two readers of one port steal each other's answers; smsd takes a foreign OK for its own.",
    advice: "End the program. For scripts: `modemkeeper lock -- COMMAND`, or `modemkeeper modem at NAME COMMAND`.",
    judge: ({ rivals }) =>
      seen(rivals.holders, (holders) => {
        const findings = Object.entries(holders).flatMap(([tty, all]) =>
          all.map(({ process, pid, user, since }) =>
            warning(
              `${inert(process)} (process ${pid} of ${inert(user)}, since ${timeText(since)}) has /dev/${tty} open.`,
              "End it; scripts ask as `modemkeeper lock -- COMMAND`, or by `modemkeeper modem at`.",
            ),
          ),
        );
        return orFine(findings, "No other program has a modem's port open.");
      }),
  },
  {
    name: "other-gateways",
    title: "other gateways and dialers",
    looksAt: "Other programs that are known to open modems: gammu-smsd, gnokii-smsd, wvdial, minicom, picocom.",
    why: "One modem serves one program.",
    advice: "End them, and disable their services.",
    judge: ({ rivals }) =>
      seen(rivals.running, (running) => {
        const others = running.filter((name) => name !== MANAGER && name !== "brltty");
        if (others.length === 0) return fine("No other gateway or dialer runs.");
        return [
          warning(
            `${listed(others)} runs here.`,
            "End it, and disable its service, where it uses one of the gateway's modems.",
          ),
        ];
      }),
  },
];

function judgeModemManager({ rivals, setup, usb, models }: DoctorFacts): readonly Verdict[] {
  return seen(rivals.running, (running) => {
    const unit = valueOr(setup.units, {})[`${MANAGER}.service`];
    const runs = running.includes(MANAGER);
    const wouldStart = unit?.enabled === true || unit?.active === "active";
    if (!runs && !wouldStart) return fine("ModemManager does not run here.");
    const modems = valueOr(usb.attached, []).filter((one) => matchModem(one, models).kind === "matched");
    const ignored = valueOr(rivals.ignored, {});
    const exposed = modems.filter(({ sysName }) => ignored[sysName] !== true);
    const how = runs ? "runs" : "starts at the next boot";
    if (modems.length > 0 && exposed.length === 0) {
      return [
        note(`ModemManager ${how}; udev tells it to leave the modems alone.`, {
          fix: "Where nothing else needs it: `systemctl disable --now ModemManager`.",
        }),
      ];
    }
    const fix = "`provision apply` writes the udev rules that keep it away; or `systemctl disable --now ModemManager`.";
    if (exposed.length === 0)
      return [note(`ModemManager ${how}; it will open modems that udev does not hide from it.`, { fix })];
    const names = listed(exposed.map(({ product, usb: id, sysName }) => `${inert(product ?? id)} at ${sysName}`));
    return [
      runs
        ? fault(`ModemManager runs, and nothing keeps it from ${names}.`, fix)
        : warning(`ModemManager ${how}, and nothing keeps it from ${names}.`, fix),
    ];
  });
}

/** Linux, drivers/usb/core/devio.c: whoever sets a configuration takes a device away from its driver. */
const TAKEN = /usbfs: interface \d+ claimed by \w+ while 'brltty' sets config/;

function judgeBrltty({ rivals, usb }: DoctorFacts): readonly Verdict[] {
  return seen(rivals.running, (running) => {
    const fix = "`apt-get remove brltty`, where nobody uses a Braille display.";
    const taken = valueOr(usb.kernel, [])
      .map(messageOf)
      .filter((line) => TAKEN.test(line));
    if (taken.length > 0)
      return [fault("brltty took a serial adapter from its driver.", fix, taken.slice(-1).map(inert))];
    if (running.includes("brltty")) return [warning("brltty runs, and may take a modem on a serial adapter.", fix)];
    return seen(rivals.packages, (packages) => {
      // Its udev rules alone take the adapter: it is started when one is plugged in.
      if (!packages.includes("brltty")) return fine("brltty is not here.");
      const sentence = "brltty is installed; it takes adapters with CH340 and CP210x chips when they are plugged in.";
      return [note(sentence, { fix })];
    });
  });
}
