import type { SmsdValue } from "../../../core/model/smsd-value.ts";
import type { SmsdSection } from "../smsd-settings.ts";
import { normaliseModemSettings, normaliseSettings } from "../smsd-values.ts";
import { type Rule, remark } from "./context.ts";

interface Advice {
  readonly section: SmsdSection;
  readonly setting: string;
  readonly harmful: (value: SmsdValue) => boolean;
  /** What follows. */
  readonly why: string;
}

const isOn = (value: SmsdValue) => value === true;
const isOff = (value: SmsdValue) => value === false;

/** Settings that smsd allows and that have broken gateways; each why was measured with smsd 3.1.21. */
const ADVICE: readonly Advice[] = [
  {
    section: "modem",
    setting: "check_network",
    harmful: (value) => value !== 0,
    why: 'smsd before 3.1.21-5 (Debian 12, Ubuntu 22.04 and 24.04) takes LTE\'s "SMS only" registration for none: nothing is sent or received.',
  },
  {
    section: "modem",
    setting: "keep_open",
    harmful: isOn,
    why: "After an unplug smsd writes to the dead port for ever; only a restart helps.",
  },
  {
    section: "modem",
    setting: "send_handshake_select",
    harmful: isOn,
    why: "When the modem stops reading, smsd hangs without a line in its log and ignores TERM.",
  },
  {
    section: "modem",
    setting: "device_open_retries",
    harmful: (value) => typeof value === "number" && value >= 0,
    why: "After that many attempts the modem's process ends for good, while smsd itself looks alive.",
  },
  {
    section: "modem",
    setting: "keep_messages",
    harmful: isOn,
    why: "Each message is received again at every poll, until the memory is full.",
  },
  { section: "global", setting: "decode_unicode_text", harmful: isOn, why: "Texts are cut at the first emoji." },
  { section: "modem", setting: "decode_unicode_text", harmful: isOn, why: "Texts are cut at the first emoji." },
  {
    section: "global",
    setting: "blocktime",
    harmful: (value) => typeof value === "number" && value > 600,
    why: "After three failed messages the modem neither sends nor receives for that long.",
  },
  {
    section: "global",
    setting: "loglevel",
    harmful: (value) => (typeof value === "number" ? value < 6 : !["info", "debug"].includes(String(value))),
    why: "Below 6 the log does not show polls, and an idle smsd looks like a hanging one.",
  },
  {
    section: "global",
    setting: "store_received_pdu",
    harmful: (value) => value !== 3,
    why: "Without the PDU a message's sender and text are hints that the sender can forge.",
  },
  {
    section: "global",
    setting: "executable_check",
    harmful: isOff,
    why: "A missing handler is then only noticed when it should have run.",
  },
];

/** Remarks on settings that are allowed and rarely wise. */
export const riskySettings: Rule = ({ raw, at }) => {
  const modems = raw.modems.map((modem, index) => ({
    section: "modem",
    settings: normaliseModemSettings(modem.smsd ?? {}),
    path: ["modems", index, "smsd"],
  }));
  const global = {
    section: "global",
    settings: normaliseSettings("global", raw.smsd?.settings ?? {}),
    path: ["smsd", "settings"],
  };
  return [global, ...modems].flatMap(({ section, settings, path }) =>
    ADVICE.flatMap((advice) => {
      const value = settings[advice.setting];
      if (advice.section !== section || value === undefined || !advice.harmful(value)) return [];
      return [
        remark(
          "risky-setting",
          at([...path, advice.setting]),
          `\`${advice.setting}\` has a value that has broken gateways.`,
          advice.why,
          "Remove the line, unless you know that it does not apply to you.",
        ),
      ];
    }),
  );
};
