import type { SmsdValue } from "../../core/model/smsd-value.ts";
import type { SettingType, SmsdSetting } from "./smsd-setting.ts";
import { choice, count, handler, integer, path, seconds, text, timeFormat, yesNo } from "./smsd-setting-kinds.ts";

function setting(name: string, type: SettingType, why: string): SmsdSetting {
  return { name, scope: "global", type, secret: false, why };
}

function chosen(name: string, type: SettingType, ours: SmsdValue, why: string): SmsdSetting {
  return { ...setting(name, type, why), ours: { global: ours } };
}

const LOG_LEVELS = ["debug", "info", "notice", "warning", "error", "critical"];
const NUMBER_LIST = "[0-9]+(, ?[0-9]+)*";

/** Settings of smsd that stand only in its global part; from its manual (configure.html) and from runs of 3.1.21. */
export const GLOBAL_SETTINGS: readonly SmsdSetting[] = [
  // Recovery from errors
  chosen("errorsleeptime", seconds(0, 3600), 1, "Pause after a modem error; smsd's 10 s multiply into half an hour."),
  chosen("blocktime", seconds(0), 60, "A modem that failed to send also stops receiving; smsd would wait an hour."),
  chosen("blockafter", integer(1, 1000), 3, "Failed messages in a row before a modem is blocked for blocktime."),
  setting("check_pid_interval", seconds(0, 3600), "How often smsd looks whether another smsd took over its pid file."),

  // Speed
  chosen("notifier", yesNo, true, "smsd watches outgoing with inotify; otherwise it looks only every delaytime."),
  chosen(
    "trust_outgoing",
    yesNo,
    true,
    "Files arrive by rename and are complete; saves half a second for each message.",
  ),
  setting("delaytime_mainprocess", seconds(0), "How often outgoing is scanned where notifier is off."),
  setting("sleeptime_mainprocess", seconds(0), "How long the main process sleeps when nothing was spooled."),
  setting("ignore_outgoing_priority", yesNo, "The `Priority: high` header is not looked at."),
  setting("spool_directory_order", yesNo, "Files are taken in disk order, whatever their age and priority."),

  // What received messages look like
  chosen(
    "store_received_pdu",
    integer(0, 3),
    3,
    "The PDU is the truth: an alphanumeric sender can forge header lines.",
  ),
  chosen("incoming_utf8", yesNo, true, "Received text is stored as UTF-8 instead of a variant of ISO-8859-15."),
  chosen(
    "datetime_format",
    timeFormat,
    "%Y-%m-%d %H:%M:%S",
    "Times with a four-digit year; smsd's default has two digits.",
  ),
  setting("ic_purge_hours", count, "Hours after which a multipart message with missing parts is stored as it is."),
  setting("ic_purge_minutes", count, "Minutes to add to ic_purge_hours."),
  setting("ic_purge_read", yesNo, "Parts of an incomplete message are stored, not thrown away."),
  setting("ic_purge_interval", count, "Minutes between looks for incomplete messages."),
  setting(
    "date_filename",
    integer(0, 2),
    "Puts the date into names of received files: 1 before, 2 after the modem's name.",
  ),
  setting(
    "date_filename_format",
    text(78, "([A-Za-z0-9_.-]*%[bdFHIjmMSUVwWYy])+[A-Za-z0-9_.-]*"),
    "strftime format of the date in file names; `%D` would put a slash there.",
  ),
  setting(
    "filename_preview",
    integer(0, 100),
    "Adds that many characters of the text to the file's name, by a rename.",
  ),
  setting("incoming_copy", path, "Folder for a second copy of each received message."),
  setting("report_copy", path, "Folder for a second copy of each status report."),

  // What is sent
  setting("alphabet", choice("ISO", "Latin", "Ansi", "UTF"), "Alphabet of outgoing files that do not name one."),
  setting("outgoing_utf8", yesNo, "Outgoing UTF-8 files are converted."),
  setting("autosplit", integer(0, 3), "How long texts are split; 3 lets phones join them again."),
  setting("store_sent_pdu", integer(0, 3), "Which PDUs are kept in sent and failed files."),
  setting("trim_text", yesNo, "Removes blanks at the end of outgoing texts."),
  setting("validity", integer(0, 255), "How long the SMS centre tries, as the GSM value; 255 is the longest."),
  setting("keep_filename", yesNo, "Files keep their name from folder to folder; `no` makes each unique."),
  setting("store_original_filename", yesNo, "The original name is noted in the file if it changes."),
  setting("sent_copy", path, "Folder for a second copy of each sent message."),
  setting("failed_copy", path, "Folder for a second copy of each failed message."),
  setting("international_prefixes", text(500, NUMBER_LIST), "Prefixes that mark a number as international."),
  setting("national_prefixes", text(500, NUMBER_LIST), "Prefixes that mark a number as national."),
  setting("whitelist", path, "File of numbers that may be sent to; smsd stops if it becomes unreadable."),
  setting("blacklist", path, "File of numbers that may not be sent to; smsd stops if it becomes unreadable."),

  // Programs that smsd starts
  setting("alarmhandler", handler, "Program that smsd starts at each alarm; smsd waits for it."),
  setting("alarmlevel", integer(2, 7), "The least severe level that is an alarm: 2 critical … 7 debug."),
  setting("checkhandler", handler, "Program that may refuse or change an outgoing message."),
  setting("eventhandler_use_copy", yesNo, "The event handler gets the copy instead of the original file."),
  setting("executable_check", yesNo, "smsd refuses to start if a handler is missing or not executable."),
  chosen(
    "shell_test",
    yesNo,
    false,
    "smsd's test script runs from incoming: on a noexec filesystem it would refuse to start.",
  ),
  setting("ignore_exec_output", yesNo, "What handlers print is not logged as an error."),
  setting("shell", path, "The shell that runs handlers."),
  setting("child", path, "A program that lives as long as smsd."),
  setting("child_args", text(200), "Arguments of child."),
  setting("start", path, "A program that runs first; smsd does not start if it fails."),
  setting("start_args", text(200), "Arguments of start."),

  // Logs and statistics
  chosen(
    "loglevel",
    integer(1, 7, LOG_LEVELS),
    6,
    "Level 6 shows each poll, which proves that smsd is alive; 7 adds AT commands.",
  ),
  setting("logtime_format", timeFormat, "strftime format of the log's time; two words, or alarms become unreadable."),
  setting("logtime_ms", yesNo, "Milliseconds in the log's time."),
  setting("logtime_us", yesNo, "Microseconds in the log's time."),
  setting("smart_logging", yesNo, "Writes a full trace to *_trouble.log after errors; it shows numbers and texts."),
  setting("log_charconv", yesNo, "Logs each character conversion, and so the texts."),
  setting("log_single_lines", yesNo, "Removes line feeds from logged modem answers."),
  setting("log_unmodified", yesNo, "Logs modem answers exactly as they came."),
  setting("log_read_from_modem", yesNo, "Logs what the modem says as hexadecimal bytes."),
  setting("log_read_timing", yesNo, "Logs how long each read took."),
  setting("log_response_time", yesNo, "Logs how long the modem took to answer."),
  setting("stats_interval", seconds(0), "How often statistics files are written; 0 is never."),
  setting("stats_no_zeroes", yesNo, "No statistics file for an hour without messages."),
  setting("status_interval", seconds(0, 3600), "How often the status file is written at most."),
  setting("status_include_uptime", yesNo, "The status file ends with the time since smsd started."),
  setting("use_linux_ps_trick", yesNo, "Short process names in ps."),

  // The rest
  chosen(
    "umask",
    text(6, "0[0-7]{1,4}"),
    "0027",
    "Messages are private: files are not readable by everybody on the machine.",
  ),
  setting("adminmessage_device", text(31, "[A-Za-z0-9._-]+"), "The modem that sends smsd's administrative messages."),
  setting("language_file", path, "Names of the header lines in another language."),
];
