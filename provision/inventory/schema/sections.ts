import {
  absolutePath,
  duration,
  flag,
  type JsonSchema,
  list,
  map,
  matching,
  object,
  oneOfWords,
  secret,
  whole,
} from "./build.ts";
import { incomingSinksSchema, notifySinksSchema } from "./sinks.ts";

export const RUNGS = ["restart-smsd", "at-reset", "usb-reset", "usb-authorize", "usb-power", "host-reboot"] as const;

/** The sections beside `modems`, `models` and `smsd`, by key. */
export function sectionSchemas(): Record<string, JsonSchema> {
  return {
    manual_stop: manualStop(),
    watchdog: watchdog(),
    incoming: incoming(),
    notify: notify(),
    http: http(),
    metrics: metrics(),
    access_lock: accessLock(),
    compat: compat(),
  };
}

function manualStop(): JsonSchema {
  const account = matching("An account.", "^[a-z_][a-z0-9_-]{0,30}$", "Write a system account's name.");
  return object("The flag that says: a person stopped smsd on purpose.", {
    flag: absolutePath("The flag's path."),
    trusted_users: list("Accounts beside root whose flag counts.", account, { maxItems: 32, uniqueItems: true }),
    warn_after: duration("Age from which it is a warning."),
    clear_after: duration("Age at which a flag without an expiry is cleared and smsd started."),
    longest_expiry: duration("How far in the future an expiry may lie."),
  });
}

function watchdog(): JsonSchema {
  const rung = oneOfWords("One action, mildest first.", RUNGS);
  return object("Health checks and recovery.", {
    enabled: flag("Check and recover."),
    interval: duration("Time between two checks."),
    failures_before_recovery: whole("Failed checks in a row before anything is done.", 1, 100),
    rungs: list("Actions to try, in this order. usb-power and host-reboot only if named here.", rung, {
      maxItems: 6,
      uniqueItems: true,
    }),
    longest_backoff: duration("The longest pause between two recoveries."),
  });
}

function incoming(): JsonSchema {
  return object("What becomes of received messages.", {
    processed: absolutePath("Where messages go after delivery. Never one of smsd's folders."),
    dead_letter: absolutePath("Where messages go that could not be delivered."),
    keep_for: duration("How long processed messages are kept; 0 is for ever."),
    keep_at_most: whole("So many processed messages are kept at most, the newest; 0 is all.", 0, 10_000_000),
    duplicate_window: duration(
      "A message that comes again within this time is delivered once: smsd reads one twice if it is killed in between.",
    ),
    sinks: incomingSinksSchema(),
  });
}

function notify(): JsonSchema {
  return object("Who is told when something breaks or was repaired.", {
    heartbeat: duration("Time between signs of life; 0 is off."),
    levels: map(
      "Levels of single reasons, by the code that `modemkeeper events` shows; `none` tells nobody.",
      "^[a-z][a-z0-9-]{1,60}$",
      oneOfWords("The level.", ["none", "info", "warning", "critical"]),
    ),
    most_per_hour: whole(
      "So many notices an hour go to one receiver; further ones are summed up, critical ones are told.",
      1,
      10_000,
    ),
    sinks: notifySinksSchema(),
  });
}

function http(): JsonSchema {
  return object("The status page and its API.", {
    enabled: flag("False: neither the address nor the socket is served."),
    listen: matching(
      "Address and port.",
      "^([0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?):[0-9]{1,5}$",
      "Write address and port, e.g. `127.0.0.1:8070` or `[::1]:8070`.",
    ),
    token: secret(
      "Bearer tokens that permit changes, one a line: with two, one can be exchanged without an interruption.",
    ),
    tls: object(
      "Serve https.",
      { certificate: absolutePath("Certificate, PEM."), key: absolutePath("Its key, PEM, mode 0600.") },
      { required: ["certificate", "key"] },
    ),
    at_commands: list(
      "AT commands that may be sent to a modem through the API, each as a whole. Without them none may.",
      matching(
        "An AT command.",
        "^AT[ -:<-~]{0,120}$",
        "Write a whole AT command without semicolons, e.g. `AT+CSQ`.",
        130,
      ),
      { uniqueItems: true, maxItems: 64 },
    ),
  });
}

function metrics(): JsonSchema {
  return object("Metrics for Prometheus beside those at /metrics.", {
    textfile: matching(
      "File for node_exporter's textfile collector, rewritten every 15 s.",
      "^/[A-Za-z0-9._/-]+\\.prom$",
      "Write an absolute path that ends in `.prom`, in the collector's folder.",
    ),
  });
}

function accessLock(): JsonSchema {
  return object("The lock that every access to a modem takes.", {
    file: absolutePath("The file to flock."),
    held_warning_after: duration("Holding it longer is a warning."),
  });
}

function compat(): JsonSchema {
  return object("For a machine that ran on scripts before.", {
    scripts: absolutePath("Folder for scripts under their old names."),
  });
}
