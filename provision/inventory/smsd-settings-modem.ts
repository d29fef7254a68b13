import type { SmsdValue } from "../../core/model/smsd-value.ts";
import type { SettingType, SmsdSetting } from "./smsd-setting.ts";
import {
  choice,
  count,
  handler,
  integer,
  milliseconds,
  oneOf,
  path,
  seconds,
  text,
  texts,
  yesNo,
} from "./smsd-setting-kinds.ts";

function setting(name: string, type: SettingType, why: string): SmsdSetting {
  return { name, scope: "modem", type, secret: false, why };
}

function chosen(name: string, type: SettingType, ours: SmsdValue, why: string): SmsdSetting {
  return { ...setting(name, type, why), ours: { modem: ours } };
}

/** smsd's buffers for commands have 100 and 64 bytes; longer values are errors at its start (tried with 3.1.21-4). */
const atCommand = text(98);
const shortCommand = text(63);
const language = text(
  10,
  "[0-9]|1[0-3]|basic|turkish|spanish|portuguese|bengali|gujarati|hindi|kannada|malayalam|oriya|punjabi|tamil|telugu|urdu",
);
const memoryName = text(9, '[A-Za-z, "]+');

/** Settings of smsd that stand only in the section of a modem; from its manual (configure.html) and from runs of 3.1.21. */
export const MODEM_SETTINGS: readonly SmsdSetting[] = [
  // The port
  chosen(
    "keep_open",
    yesNo,
    false,
    "A kept port stays dead after an unplug for ever; a port opened anew recovers in 2 s.",
  ),
  chosen(
    "device_open_retries",
    integer(-1, 1_000_000),
    -1,
    "Retry for ever; otherwise the modem's process ends for good.",
  ),
  chosen(
    "device_open_errorsleeptime",
    seconds(1, 3600),
    2,
    "Pause before the port is opened again; smsd's 30 s are 15 times the wait.",
  ),
  setting("device_open_alarm_after", count, "Failed attempts to open the port before it is an alarm."),
  chosen(
    "send_handshake_select",
    yesNo,
    false,
    "Otherwise smsd hangs silently, deaf to TERM, when a modem stops reading.",
  ),
  chosen("rtscts", yesNo, false, "USB ports have no handshake wires."),
  setting("baudrate", integer(300, 4_000_000), "Speed of a real serial line; USB ignores it."),
  setting("send_delay", integer(-1, 10_000), "Milliseconds between characters; -1 drains after each string."),
  setting("read_delay", milliseconds, "Milliseconds before reading an answer."),
  setting("communication_delay", milliseconds, "Milliseconds between an answer and the next command."),
  setting("read_timeout", seconds(1, 600), "Seconds until a missing answer counts as missing."),
  chosen(
    "poll_faster",
    integer(1, 100),
    20,
    "smsd looks for an answer every 5 ms instead of 20: a third of the time until a message is sent.",
  ),

  // Network and SIM
  chosen(
    "check_network",
    integer(0, 2),
    0,
    'smsd before 3.1.21-5 takes LTE\'s "SMS only" registration for none, and sends nothing.',
  ),
  setting("check_sim", choice("no", "yes", "once"), "Waits for the SIM when a modem is initialised."),
  setting("check_sim_cmd", shortCommand, "Command that answers ERROR while the SIM is not ready."),
  setting("check_sim_keep_open", yesNo, "Keeps the port open while waiting for the SIM."),
  setting("check_sim_reset", shortCommand, "Command between two looks at the SIM, or RADIO_OFF_ON, RADIO_OFF_ON_SLOW."),
  setting(
    "check_sim_retries",
    integer(0, 1_000_000, ["forever"]),
    "How often it looks for the SIM before the process ends.",
  ),
  setting("check_sim_wait", seconds(1, 3600), "Seconds between two looks for the SIM."),
  setting("pinsleeptime", seconds(0, 600), "Pause after the PIN was entered."),
  setting("smsc", text(15, "[0-9]{3,15}"), "Number of the SMS centre, without +, where the SIM's own is wrong."),
  setting("smsc_pdu", yesNo, "Puts the SMS centre into each PDU instead of setting it with AT+CSCA."),
  setting("identity", text(31, "[0-9]+"), "IMSI that the SIM must have."),
  setting("log_not_registered_after", count, "Attempts before `not registered` is logged."),
  setting("loglevel_lac_ci", integer(1, 8), "Level at which changes of cell are logged."),

  // Initialisation
  chosen(
    "pre_init",
    yesNo,
    true,
    "ATE0 and AT+CMEE=1 before anything else: errors come with their number, for 20 ms at each poll.",
  ),
  setting("select_pdu_mode", yesNo, "Sends AT+CMGF=0 at each initialisation."),
  setting("init", atCommand, "Command after pre_init, at each initialisation."),
  setting("init2", atCommand, "A second one."),
  setting("start", atCommand, "Command when the modem's process starts."),
  setting("startsleeptime", seconds(0, 600), "Pause after start."),
  setting("stop", atCommand, "Command when the modem's process ends."),
  setting("needs_wakeup_at", yesNo, "Sends an AT that may stay unanswered first, for modems that sleep."),
  setting("wakeup_init", shortCommand, "Command before initialisation, for modems that sleep."),
  setting("report_device_details", yesNo, "Logs what the modem says about itself at the start."),
  setting("mode", choice("new", "old"), "`old` is for modems of GSM phase 1."),

  // Receiving
  chosen(
    "incoming",
    choice("no", "yes", "high"),
    "high",
    "smsd's default is not to receive; `high` receives between two parts that are sent.",
  ),
  setting("memory_start", integer(0, 1000), "Number of the first place in the modem's memory."),
  setting(
    "check_memory_method",
    oneOf(0, 1, 2, 3, 4, 5, 31, 41),
    "How messages are found: 1 CPMS and CMGR, 31 or 41 one CMGL, 5 SIM600.",
  ),
  setting("cmgl_value", text(15, '[A-Za-z0-9 "]+'), "Argument of AT+CMGL."),
  setting("primary_memory", memoryName, "First memory to read, e.g. SM."),
  setting("secondary_memory", memoryName, "Second memory to read, e.g. ME."),
  setting("secondary_memory_max", count, "Places in the second memory, where the modem does not tell."),
  chosen(
    "detect_message_routing",
    yesNo,
    false,
    "Costs 0.1 s for each AT command; the init string keeps the modem from routing.",
  ),
  chosen("detect_unexpected_input", yesNo, false, "Costs 0.1 s for each AT command, to log notices that are no fault."),
  setting("unexpected_input_is_trouble", yesNo, "Unexpected input triggers smart_logging."),
  setting("ignore_unexpected_input", texts(200), "Texts that are no unexpected input; may be given several times."),
  setting("using_routed_status_report", yesNo, "Status reports come routed and are expected so."),
  setting("routed_status_report_cnma", yesNo, "Acknowledges routed status reports."),
  setting("keep_messages", yesNo, "Received messages stay on the modem, and are received again and again."),
  setting("ms_purge_hours", count, "Hours for the missing part of a message with check_memory_method 5."),
  setting("ms_purge_minutes", count, "Minutes to add to ms_purge_hours."),
  setting("ms_purge_read", yesNo, "Reads such parts before they are deleted."),
  setting("phonecalls", choice("no", "yes", "clip"), "Reports missed calls."),
  setting("phonecalls_purge", text(31), "`yes`, `no` or the command that deletes missed calls."),
  setting("phonecalls_error_max", count, "Errors before missed calls are ignored."),

  // Sending
  setting("outgoing", yesNo, "Whether this modem sends."),
  setting("send_retries", integer(0, 100), "How often a message is tried again."),
  setting("sentsleeptime", seconds(0, 600), "Pause after each part that was sent."),
  setting("message_limit", count, "Messages that this modem may send until message_count_clear; 0 is no limit."),
  setting("message_count_clear", count, "Minutes after which message_limit counts anew."),
  setting("adminmessage_limit", count, "Administrative messages until adminmessage_count_clear."),
  setting("adminmessage_count_clear", count, "Minutes after which adminmessage_limit counts anew."),
  setting("report", choice("no", "yes", "disabled"), "Asks for a status report of each message."),
  setting("reply_path", yesNo, "Default of the reply path bit."),
  setting("messageids", integer(1, 3), "Which message ids are noted: 1 first, 2 last, 3 all."),
  setting("national_toa_unknown", yesNo, "National numbers are sent as of unknown type."),
  setting("cs_convert", yesNo, "Texts are converted to the GSM alphabet."),
  setting("cs_convert_optical", yesNo, "Characters that GSM lacks become similar ones."),
  setting("notice_ucs2", integer(0, 2), "How much is noted about characters that GSM lacks."),
  setting("language", language, "National language shift table."),
  setting("language_ext", language, "National language extension table."),
  setting("trust_spool", yesNo, "Files in smsd's own queue are complete."),
  setting("text_is_pdu_key", text(31, "[A-Za-z0-9]+"), "A `To:` with this value marks a text that is a ready PDU."),
  setting("verify_pdu", yesNo, "Compares the modem's echo with the PDU; a test aid."),

  // Files, programs and logs
  setting("number", text(31, "\\+?[0-9]+"), "Number of the SIM, noted in each file."),
  setting("description", text(63), "Text noted in each file."),
  setting("logfile", path, "A log of this modem's own."),
  setting("loglevel", integer(1, 7, ["debug", "info", "notice", "warning", "error", "critical"]), "Level of logfile."),
  setting("eventhandler_ussd", handler, "Program that gets USSD answers."),
  setting("ussd_convert", integer(0, 7), "Decodes USSD answers: 1 Unicode, 2 packed GSM, 4 hexadecimal."),
  setting("regular_run_post_run", handler, "Second program of a regular run."),
  setting("regular_run_cmd", texts(500), "AT command of a regular run; may be given several times."),
  setting("regular_run_cmdfile", path, "File of AT commands for the next regular run; it is deleted then."),
  setting("regular_run_statfile", path, "File for the answers of a regular run."),
  setting("regular_run_logfile", path, "Log of regular runs."),
  setting("regular_run_loglevel", integer(1, 7), "Level at which regular runs are logged."),
  setting("regular_run_keep_open", yesNo, "The port stays open during regular_run, so the program must not open it."),
  setting("read_configuration_after_suspend", yesNo, "Reads this modem's section anew after a suspend."),
  setting("read_identity_after_suspend", yesNo, "Asks for IMEI and IMSI anew after a suspend."),
  setting("report_read_timeouts", yesNo, "Logs all timeouts at the start."),
  setting("signal_quality_ber_ignore", yesNo, "Leaves the bit error rate out of log and status."),
  setting(
    "delaytime_random_start",
    yesNo,
    "The first pause has a random length, so that many modems do not poll at once.",
  ),
  setting("voicecall_cpas", yesNo, "Uses AT+CPAS to see whether a call was answered."),
  setting("voicecall_clcc", yesNo, "Uses AT+CLCC to see whether a call was answered."),
  setting("voicecall_ignore_modem_response", yesNo, "Rings for the whole time even if the modem says OK early."),
  setting("voicecall_vts_list", yesNo, "Sends tones as one list."),
  setting("voicecall_vts_quotation_marks", yesNo, "Quotes each tone."),
];
