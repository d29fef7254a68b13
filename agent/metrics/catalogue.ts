/*
 * Every metric of the agent: the one source of what /metrics says of it, of docs/metrics.md, and of what rules and the
 * dashboard may name. Values of labels are kinds that the program itself names, or names of the inventory.
 */

export type MetricType = "counter" | "gauge" | "histogram";
export type Unit = "1" | "seconds" | "bytes" | "ratio" | "dBm" | "celsius" | "unix time";
export type Section = "Agent" | "smsd" | "Modems" | "Received messages" | "Receivers" | "Machine and API";

export interface Metric {
  readonly section: Section;
  readonly type: MetricType;
  readonly unit: Unit;
  readonly labels: readonly string[];
  readonly help: string;
}

function metrics<const T extends Readonly<Record<string, Omit<Metric, "section">>>>(section: Section, table: T) {
  return Object.fromEntries(Object.entries(table).map(([name, metric]) => [name, { section, ...metric }])) as {
    readonly [N in keyof T]: T[N] & { readonly section: Section };
  };
}

function gauge<const L extends readonly string[]>(unit: Unit, help: string, ...labels: L) {
  return { type: "gauge", unit, labels, help } as const;
}

function counter<const L extends readonly string[]>(help: string, ...labels: L) {
  return { type: "counter", unit: "1", labels, help } as const;
}

const AGENT = metrics("Agent", {
  provision_build_info: gauge("1", "The program that runs; always 1.", "version", "nodejs"),
  provision_drift_resources: gauge(
    "1",
    "Resources of the host that are not as the inventory says; absent while nobody has compared them.",
  ),
  smsgw_inventory_valid: gauge(
    "1",
    "1 where the inventory on disk is in force, 0 where it is refused and the last good one stays.",
  ),
  smsgw_agent_start_time_seconds: gauge("unix time", "When the agent's process began."),
  smsgw_agent_last_look_timestamp_seconds: gauge(
    "unix time",
    "When the agent last looked at the host and decided; it does so every 30 s at the latest.",
  ),
  smsgw_agent_looks_total: counter("Looks at the host, since the agent started."),
  smsgw_agent_resident_memory_bytes: gauge("bytes", "Resident memory of the agent's process."),
  smsgw_agent_cpu_seconds_total: {
    type: "counter",
    unit: "seconds",
    labels: [],
    help: "Processor time of the agent's process.",
  },
  smsgw_findings: gauge("1", "Findings that last, by level; without any the gateway is healthy.", "level"),
  smsgw_finding_start_timestamp_seconds: gauge(
    "unix time",
    "When a finding began that lasts; absent when it is over.",
    ...["level", "code", "subject", "modem"],
  ),
  smsgw_transitions_total: counter(
    "What began, was over or was done, by reason code, as in the timeline.",
    ...["code", "phase"],
  ),
  smsgw_steps_total: counter("Steps of the agent by kind and result.", "step", "result"),
});

const SMSD = metrics("smsd", {
  smsgw_smsd_up: gauge("1", "1 while smsd's process runs as its service; what systemd calls the unit does not count."),
  smsgw_smsd_stray_processes: gauge("1", "smsd processes that no service owns."),
  smsgw_smsd_unit_state: gauge("1", "1 for the state that systemd gives smstools.service, 0 for the others.", "state"),
  smsgw_smsd_start_time_seconds: gauge("unix time", "When the smsd that runs began; absent while none runs."),
  smsgw_manual_stop_age_seconds: gauge("seconds", "Age of the manual stop flag; absent while none is in force."),
  smsgw_queue_messages: gauge("1", "Files in a folder of smsd's spool.", "queue"),
  smsgw_queue_oldest_seconds: gauge("seconds", "Age of the oldest of them; 0 for an empty folder.", "queue"),
  smsgw_send_failures_total: counter(
    "Messages that could not be sent, by modem; empty where smsd itself refused.",
    "modem",
  ),
});

const MODEMS = metrics("Modems", {
  smsgw_modem_present: gauge("1", "1 while the modem is on the bus.", "modem"),
  smsgw_modem_up: gauge(
    "1",
    "1 while the modem works: it is on the bus, in use, not being recovered, and its last check succeeded. Absent while that is not known yet.",
    "modem",
  ),
  smsgw_modem_info: gauge(
    "1",
    "The modem; always 1. imei_hash is keyed with the machine: it tells that a modem was exchanged, and nothing else.",
    ...["modem", "model", "firmware", "imei_hash", "usb_path"],
  ),
  smsgw_modem_operator_info: gauge("1", "The network that the modem is in; always 1.", "modem", "operator"),
  smsgw_modem_connected_timestamp_seconds: gauge("unix time", "Since when the modem is on the bus.", "modem"),
  smsgw_modem_suspended: gauge("1", "1 while smsd is told to leave the modem alone.", "modem"),
  smsgw_modem_recovering: gauge("1", "1 while the ladder of rungs is climbed for the modem.", "modem"),
  smsgw_modem_temperature_celsius: gauge("celsius", "Temperature, where the modem has a thermometer.", "modem"),
  smsgw_signal_dbm: gauge("dBm", "Signal strength, from -113 (nothing) to -51 (best).", "modem"),
  smsgw_registered: gauge("1", "1 while the modem is in a network.", "modem"),
  smsgw_sms_storage_used_ratio: gauge(
    "ratio",
    "Share of the modem's message memory that is used; a full one takes no message.",
    "modem",
  ),
  smsgw_consecutive_failures: gauge("1", "Checks of the modem that failed in a row.", "modem"),
  smsgw_last_at_success_timestamp_seconds: gauge(
    "unix time",
    "When the modem last answered, to smsd or to the agent.",
    "modem",
  ),
  smsgw_last_message_received_timestamp_seconds: gauge(
    "unix time",
    "Last message that smsd took from the modem.",
    "modem",
  ),
  smsgw_last_message_sent_timestamp_seconds: gauge("unix time", "Last message that smsd sent by the modem.", "modem"),
  smsgw_recoveries_total: counter(
    "Recoveries that have ended, by the rung that helped or was tried last (none: it needed none) and by result.",
    ...["modem", "rung", "result"],
  ),
  smsgw_probes_total: counter("Questions to the modem by what came back.", "modem", "result"),
  smsgw_hotplug_events_total: counter("USB devices that came (attach) or went (detach).", "type"),
});

const MESSAGES = metrics("Received messages", {
  smsgw_messages_received_total: counter(
    "Received messages that the agent has taken up, those that waited at its start included.",
    "modem",
  ),
  smsgw_messages_forwarded_total: counter("Received messages that a receiver has got.", "sink"),
  smsgw_forward_failures_total: counter(
    "Attempts to deliver a received message that failed: unavailable (tried again) or refused.",
    ...["sink", "reason"],
  ),
  smsgw_forward_duration_seconds: {
    type: "histogram",
    unit: "seconds",
    labels: ["sink"],
    help: "Time from smsd's writing of a message until a receiver had it.",
  },
  smsgw_messages_duplicate_total: counter("Second files of messages that were known, and not delivered again."),
  smsgw_messages_dead_lettered_total: counter("Received messages that were given up."),
  smsgw_dead_letter_messages: gauge("1", "Messages that were given up and are kept until a person retries them."),
  smsgw_backlog_messages: gauge(
    "1",
    "Received messages that not every receiver has; without receivers, those that nobody has taken out of smsd's folder.",
  ),
  smsgw_backlog_oldest_seconds: gauge("seconds", "Age of the oldest of them; 0 if there is none."),
});

const RECEIVERS = metrics("Receivers", {
  smsgw_receiver_up: gauge("1", "0 while the receiver takes nothing.", "sink", "purpose"),
  smsgw_receiver_waiting: gauge("1", "Deliveries that the receiver has not got yet.", "sink", "purpose"),
  smsgw_receiver_oldest_seconds: gauge("seconds", "Age of the oldest of them; 0 if there is none.", "sink", "purpose"),
  smsgw_receiver_last_delivered_timestamp_seconds: gauge(
    "unix time",
    "When the receiver last got something, since the agent started.",
    ...["sink", "purpose"],
  ),
  smsgw_notices_waiting: gauge("1", "Notices that not every receiver has yet."),
  smsgw_notices_delivered_total: counter("Notices that a receiver has got.", "sink"),
  smsgw_notice_failures_total: counter(
    "Notices not delivered: unavailable (an attempt that is made again) or given-up.",
    ...["sink", "reason"],
  ),
});

const MACHINE = metrics("Machine and API", {
  smsgw_spool_available_bytes: gauge("bytes", "Room on the fullest filesystem that smsd writes to."),
  smsgw_spool_available_files: gauge("1", "Files that can still be made on it; +Inf where it has no such limit."),
  smsgw_http_requests_total: counter("Answered requests by route and class of status.", "route", "status"),
});

export const CATALOGUE = { ...AGENT, ...SMSD, ...MODEMS, ...MESSAGES, ...RECEIVERS, ...MACHINE };

export type MetricName = keyof typeof CATALOGUE;
/** Exactly the labels that the catalogue gives a metric. */
export type LabelsOf<N extends MetricName> = Readonly<Record<(typeof CATALOGUE)[N]["labels"][number], string>>;
export type NameOf<T extends MetricType> = {
  [N in MetricName]: (typeof CATALOGUE)[N]["type"] extends T ? N : never;
}[MetricName];

export const METRIC_NAMES = Object.keys(CATALOGUE) as readonly MetricName[];

/** Upper bounds of `smsgw_forward_duration_seconds`: a receiver nearby takes a tenth of a second, one that is down hours. */
export const FORWARD_BUCKETS: readonly number[] = [
  0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 3, 10, 30, 60, 300, 1_800, 3_600, 14_400, 86_400,
];
