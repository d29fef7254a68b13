import { SMSD_CONF } from "../../../provision/desired/paths.ts";
import { holdsSecret, shownLine } from "../../../provision/init/shown-line.ts";
import type { SmsdConf } from "../../../provision/init/smsd-conf.ts";
import { inert } from "../../views/inert.ts";
import type { DoctorFacts } from "../facts.ts";
import { valueOr } from "../known.ts";
import { SET_UP } from "./set-up.ts";
import { type DoctorCheck, fault, fine, note, seen, type Verdict, warning } from "./verdict.ts";

export const SMSD_SETUP_CHECKS: readonly DoctorCheck[] = [
  {
    name: "smsd-package",
    title: "smsd",
    looksAt: "Whether smsd is installed, and which version.",
    why: "Versions have faults that are known: 3.1.21-4 (Debian 12, Ubuntu 22.04 and 24.04) takes a modem that LTE registers for SMS only as not registered.",
    advice: "`provision apply` installs it, and writes `check_network = 0`, with which that fault does no harm.",
    judge: judgePackage,
  },
  {
    name: "smsd-conf",
    title: "smsd.conf",
    looksAt: "Whether /etc/smsd.conf is provision's, and if not, what in it is known to do harm.",
    why: "With the package's defaults smsd never finds a modem again that came back, and waits an hour after three messages that failed.",
    advice:
      "`provision init` takes over what an smsd.conf says; `provision apply` writes the new one and keeps the old one.",
    judge: judgeConf,
  },
];

/** Builds that were tried (3.1.21-4) or whose patches are known; -5 brought "SMS only". */
const LTE_UNAWARE = /^3\.1\.(1\d|2[01])-[1-4](?!\d)/;
const OLD = /^3\.(0|1(\.\d|\.1\d|\.20)?)(?![.\d])/;

function judgePackage({ setup }: DoctorFacts): readonly Verdict[] {
  const name = setup.wanted.smsd.package;
  return seen(setup.smsdPackage, (version) => {
    if (version === undefined)
      return [note(`smsd is not installed (package ${name}).`, { fix: "`provision apply` installs it." })];
    const shown = inert(version);
    if (OLD.test(version))
      return [
        warning(
          `smsd is ${shown}, which is older than any that is known to work here.`,
          `\`apt-get install ${name}\` from a newer release.`,
        ),
      ];
    if (LTE_UNAWARE.test(version) && asksNetwork(setup)) {
      return [
        fault(
          `smsd is ${shown}, which does not know registration for SMS only (LTE), and smsd.conf has it wait for the network.`,
          "`check_network = 0` in smsd.conf, as provision writes it.",
        ),
      ];
    }
    return fine(`smsd is ${shown}.`);
  });
}

function asksNetwork({ smsdConf }: DoctorFacts["setup"]): boolean {
  const fact = valueOr(smsdConf, { state: "none" });
  return fact.state === "foreign" && fact.conf.sections.length > 0 && !hasSetting(fact.conf, "check_network", /^0$/);
}

/** In some modem's section, which is where it counts. */
function hasSetting(conf: SmsdConf, name: string, value: RegExp): boolean {
  const lines = [...conf.globals, ...conf.sections.flatMap((section) => section.lines)];
  return lines.some((line) => line.kind === "setting" && line.name === name && value.test(line.value));
}

interface Hazard {
  readonly name: string;
  readonly safe: RegExp;
  readonly harm: string;
}

/** Defaults of smsd that kept gateways down; measured with smstools 3.1.21. */
const HAZARDS: readonly Hazard[] = [
  { name: "keep_open", safe: /^[n0f]/i, harm: "without `keep_open = no` a modem that drops off is not found again" },
  {
    name: "device_open_retries",
    safe: /^-1$/,
    harm: "without `device_open_retries = -1` smsd gives a missing modem up for good",
  },
  {
    name: "check_network",
    safe: /^0$/,
    harm: "without `check_network = 0` LTE's registration for SMS only counts as none (3.1.21-4)",
  },
  {
    name: "send_handshake_select",
    safe: /^[n0f]/i,
    harm: "without `send_handshake_select = no` smsd may hang for ever, and not even end when told",
  },
  { name: "incoming", safe: /^([y1t]|high)/i, harm: "without `incoming = yes` nothing is received" },
  { name: "failed", safe: /./, harm: "without `failed` messages that cannot be sent are deleted" },
  {
    name: "blocktime",
    safe: /^[1-9]\d{0,2}$/,
    harm: "without a small `blocktime` a modem is left alone for an hour after three failures",
  },
];

function judgeConf({ setup }: DoctorFacts): readonly Verdict[] {
  return seen(setup.smsdConf, (fact) => {
    if (fact.state === "none") return [note(`There is no ${SMSD_CONF} yet.`, { fix: SET_UP })];
    if (fact.state === "ours") return fine(`${SMSD_CONF} is provision's.`);
    const harms = HAZARDS.filter(({ name, safe }) => !hasSetting(fact.conf, name, safe)).map(({ harm }) => harm);
    const lines = [...fact.conf.globals, ...fact.conf.sections.flatMap((section) => section.lines)];
    const broken = lines
      .filter((line) => line.kind === "broken" && !holdsSecret(line))
      .map((line) => `line ${line.number}: ${shownLine(line)}`);
    const sentence = `${SMSD_CONF} was not written by provision${harms.length > 0 ? `, and ${harms.length} of its settings are known to do harm` : ""}.`;
    return [
      warning(sentence, "`provision init` takes it over, `provision apply` replaces it and keeps the old one.", [
        ...harms,
        ...broken,
      ]),
    ];
  });
}
