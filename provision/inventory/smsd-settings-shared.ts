import type { SmsdValue } from "../../core/model/smsd-value.ts";
import type { SettingType, SmsdSetting } from "./smsd-setting.ts";
import { handler, seconds, text, yesNo } from "./smsd-setting-kinds.ts";

interface Ours {
  readonly global?: SmsdValue;
  readonly modem?: SmsdValue;
}

function both(name: string, type: SettingType, why: string, ours?: Ours): SmsdSetting {
  const setting: SmsdSetting = { name, scope: "both", type, secret: false, why };
  return ours === undefined ? setting : { ...setting, ours };
}

const PHONE_NUMBER = "[0-9]{3,31}";

/** Settings of smsd that stand in its global part, for all modems, or in the section of one modem, for that one. */
export const SHARED_SETTINGS: readonly SmsdSetting[] = [
  both("delaytime", seconds(0), "Pause between two polls, so the longest that a received message waits on the modem.", {
    global: 1,
  }),
  both("max_continuous_sending", seconds(1), "How long a modem may send before it looks for received messages."),
  both("receive_before_send", yesNo, "Empties the first memory before sending, for modems that need the room."),
  both("decode_unicode_text", yesNo, "smsd's own decoder cuts a text at its first emoji; the PDU is decoded later.", {
    global: false,
  }),
  both("internal_combine", yesNo, "Parts of a long message are joined."),
  both("internal_combine_binary", yesNo, "Parts of a long binary message are joined."),
  both(
    "eventhandler",
    handler,
    "Program started for each event; smsd waits for it without limit and never repeats it.",
  ),
  both(
    "status_signal_quality",
    yesNo,
    "Asks for the signal at every poll; off, since it costs an AT command each time.",
    {
      modem: false,
    },
  ),
  both("status_include_counters", yesNo, "Counters in the status file."),
  both("hangup_incoming_call", yesNo, "Ends incoming calls, if unexpected input is looked for."),
  both("voicecall_hangup_ath", yesNo, "Uses ATH to hang up instead of AT+CHUP."),
  both("regular_run", handler, "Program that runs at a fixed interval; for a modem, while its port is closed."),
  both("regular_run_interval", seconds(1), "Seconds between two regular runs."),
  both("admin_to", text(31, PHONE_NUMBER), "Number that gets an SMS from smsd at each alarm, at your cost."),
  both(
    "priviledged_numbers",
    text(500, "[0-9]+(, ?[0-9]+)*"),
    "Senders whose messages are handled first (smsd's spelling).",
  ),
];
