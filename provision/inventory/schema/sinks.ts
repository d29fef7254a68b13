import {
  absolutePath,
  duration,
  FIX_KEYWORD,
  flag,
  type JsonSchema,
  list,
  map,
  matching,
  object,
  oneOfWords,
  type Properties,
  secret,
  text,
  whole,
} from "./build.ts";

const LEVELS = ["info", "warning", "critical"];

function httpUrl(description: string): JsonSchema {
  return matching(
    description,
    "^https?://[^\\s\"'<>\\\\]+$",
    "Write a URL that starts with https:// (or http://).",
    500,
  );
}

const headers = map(
  "Further request headers. Not for secrets: use `token` for those.",
  "^[A-Za-z0-9-]{1,60}$",
  matching("Value of the header.", "^[ -~]*$", "Write printable ASCII.", 500),
);

const tls = object("TLS towards the receiver.", {
  ca: absolutePath("Certificates to trust instead of the system's, PEM."),
  certificate: absolutePath("Our client certificate, PEM."),
  key: absolutePath("Key of our client certificate, PEM, mode 0600."),
});

const delivery: Properties = {
  timeout: duration("How long one attempt may take."),
  retry_for: duration("How long a delivery is tried again before it is given up."),
  refusals: whole("So many refusals of one message are believed; then it is kept as a dead letter.", 1, 1000),
};

const parallel: Properties = {
  parallel: whole("So many deliveries at once, each of another sender.", 1, 64),
};

const heartbeat: Properties = { heartbeat: flag("Signs of life go here, too, as often as `notify.heartbeat` says.") };

const web: Properties = {
  headers,
  tls,
  allow_plain_http: flag("Permit http:// to another machine. Then anybody on the way can read it."),
};

const webhook: Properties = {
  url: httpUrl("Where to POST: CloudEvents 1.0 JSON."),
  secret: secret("Key of the Standard Webhooks signature."),
  token: secret("Bearer token for the receiver."),
  ...web,
  ...delivery,
};

const exec: Properties = {
  command: list(
    "Program and arguments, started without a shell; JSON comes on standard input, and an argument `{file}` becomes the message's path.",
    text("One argument.", 500),
    { minItems: 1, maxItems: 50 },
  ),
  user: matching("Account to run it as.", "^[a-z_][a-z0-9_-]{0,30}$", "Write a system account's name."),
  ...delivery,
};

const mqtt: Properties = {
  url: matching(
    "Broker: mqtt://host:1883 or mqtts://host:8883.",
    "^mqtts?://[^\\s\"'<>\\\\]+$",
    "Write mqtt:// or mqtts:// and the host.",
    500,
  ),
  topic: matching("Topic to publish to.", "^[^\\s#+\\x00-\\x1f]+$", "Write a topic without blanks and wildcards.", 200),
  qos: whole("Quality of service: 1 at least once, 2 exactly once.", 0, 2),
  retain: flag("The broker keeps the last message."),
  client_id: matching("Client id at the broker.", "^[A-Za-z0-9._-]{1,60}$", "Write letters, digits and `. _ -`."),
  username: text("Account at the broker.", 100),
  password: secret("Password at the broker."),
  tls,
  ...delivery,
};

const file: Properties = {
  path: absolutePath("File that gets one JSON line per message."),
  rotate_at: whole("Size in octets at which a new file is begun.", 10_000, 1_000_000_000_000),
  keep: whole("So many full files are kept: `path.1`, `path.2`, …", 0, 1000),
};

const alertmanager: Properties = {
  url: httpUrl("Alertmanager's root; alerts go to its v2 API."),
  labels: map("Labels on every alert.", "^[a-zA-Z_][a-zA-Z0-9_]{0,60}$", text("Value of the label.", 200)),
  token: secret("Bearer token for Alertmanager."),
  ...web,
  ...delivery,
};

const ntfy: Properties = {
  url: httpUrl("Server and topic, e.g. https://ntfy.sh/my-topic."),
  token: secret("Access token for ntfy."),
  ...web,
  ...delivery,
};

const sms: Properties = {
  to: list(
    "Numbers that get the notice as an SMS.",
    matching(
      "A number in international form.",
      "^\\+[1-9][0-9]{5,14}$",
      "Write the number with + and country code, in quotes.",
    ),
    { minItems: 1, maxItems: 20 },
  ),
  modem: matching(
    "Name of the modem that sends; any, if absent.",
    "^[A-Za-z0-9][A-Za-z0-9._-]*$",
    "Write a modem's name.",
  ),
  most_per_hour: whole("So many notices an hour at most; further ones are summed up.", 1, 60),
  retry_for: delivery.retry_for ?? {},
};

function sink(type: string, description: string, properties: Properties, required: readonly string[]): JsonSchema {
  return object(
    description,
    {
      type: { type: "string", const: type, description: "What kind of receiver it is." },
      name: matching(
        "Name of the receiver in logs and status.",
        "^[A-Za-z0-9][A-Za-z0-9._-]{0,40}$",
        "Write letters, digits and `. _ -`.",
      ),
      ...properties,
    },
    { required: ["type", "name", ...required] },
  );
}

function sinks(description: string, kinds: readonly JsonSchema[], types: string): JsonSchema {
  const item = {
    type: "object",
    description: "One receiver.",
    discriminator: { propertyName: "type" },
    oneOf: kinds,
    [FIX_KEYWORD]: `Write one of: ${types}.`,
  };
  return list(description, item, { maxItems: 32 });
}

/** `incoming.sinks[]`: who gets each received message. */
export function incomingSinksSchema(): JsonSchema {
  return sinks(
    "Who gets each received message. A message is done when all have it.",
    [
      sink("webhook", "POSTs each message, signed.", { ...webhook, ...parallel }, ["url"]),
      sink("exec", "Starts a program for each message.", { ...exec, ...parallel }, ["command"]),
      sink("mqtt", "Publishes each message.", { ...mqtt, ...parallel }, ["url", "topic"]),
      sink("file", "Appends each message to a file.", file, ["path"]),
    ],
    "webhook, exec, mqtt, file",
  );
}

/** `notify.sinks[]`: who hears of faults and repairs. */
export function notifySinksSchema(): JsonSchema {
  const common: Properties = {
    minimum: oneOfWords("The least severe level that it hears of.", LEVELS),
    ...heartbeat,
  };
  const words = map(
    "What an existing script calls a level, for example `critical: error`.",
    "^(info|warning|critical)$",
    text("The script's word.", 40),
  );
  return sinks(
    "Who hears of faults and repairs.",
    [
      sink("webhook", "POSTs each notice, signed.", { ...webhook, ...common }, ["url"]),
      sink("alertmanager", "Raises and resolves alerts.", { ...alertmanager, ...common }, ["url"]),
      sink("ntfy", "Publishes to an ntfy topic.", { ...ntfy, ...common }, ["url"]),
      sink(
        "exec",
        "Starts a program for each notice: sentence and level are its last two arguments.",
        { ...exec, level_words: words, ...common },
        ["command"],
      ),
      sink("sms", "Sends an SMS through a modem of this machine.", { ...sms, ...common }, ["to"]),
    ],
    "webhook, alertmanager, ntfy, exec, sms",
  );
}
