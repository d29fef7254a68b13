import { MAX_INPUT } from "../../models/pattern.ts";
import {
  duration,
  FIX_KEYWORD,
  flag,
  type JsonSchema,
  list,
  map,
  matching,
  object,
  secret,
  text,
  whole,
} from "./build.ts";

export const ROLE_NAME = "^[A-Z][A-Z0-9]{0,15}$";
const CLASS_PATTERN = "^[0-9a-f]{2}(/[0-9a-f]{2}){0,2}(\\|[0-9a-f]{2}(/[0-9a-f]{2}){0,2})*$";
const INTERFACE_NUMBER = "^(0|[1-9][0-9]{0,2})$";
const IDENTIFIER = "^[A-Za-z0-9][A-Za-z0-9._-]*$";

/** udev's ID_PATH before the interface: a bus controller's path, `-usb-`, `0:` and the port chain. */
export const PORT_PATH = "^[A-Za-z0-9._:-]+-usb(v[23])?-[0-9]+:[0-9]+(\\.[0-9]+)*$";

const PORT_FIX =
  "Run `provision init` with the modem plugged in: it prints the right value, e.g. `platform-3610000.usb-usb-0:2.1`.";

/** One definition for all three places: the table of settings is the bulk of the schema. */
export const MODEM_SETTINGS_DEFINITION = "modemSettings";
const modemSettings: JsonSchema = { $ref: `#/$defs/${MODEM_SETTINGS_DEFINITION}` };

function roles(description: string): JsonSchema {
  return map(
    description,
    ROLE_NAME,
    {
      type: ["integer", "string"],
      description: "Interface number, or a class pattern such as `ff/01/02` where numbers move.",
      minimum: 0,
      maximum: 255,
      pattern: CLASS_PATTERN,
      [FIX_KEYWORD]: "Write an interface number (0, 1, 2 …) or a quoted class pattern like `ff/01/02`.",
    },
    { maxProperties: 16 },
  );
}

/** `modems[]`: one modem that the machine is meant to have. */
export function modemSchema(): JsonSchema {
  return object(
    "One modem that this machine has.",
    {
      name: matching(
        "Name of the modem in smsd, in its links (/dev/ttyUSB_<name>_<ROLE>) and in every message.",
        "^[A-Za-z0-9][A-Za-z0-9._-]{0,30}$",
        "Start with a letter or digit, then letters, digits and `. _ -`, 31 characters at most.",
      ),
      model: matching(
        "Row of the catalogue, or of `models` below. `provision models list` shows all.",
        IDENTIFIER,
        "Write the name of a model.",
      ),
      match: object("Which modem on the bus it is. Not needed while there is only one of its kind.", {
        port: matching(
          "Stable path of the USB port (udev's ID_PATH before the interface). Bus numbers like `1-2.1` change from boot to boot.",
          PORT_PATH,
          PORT_FIX,
        ),
        imei: {
          ...matching("The modem's IMEI, checked once it answers.", "^[0-9]{15}$", "Write 15 digits, in quotes."),
          type: "string",
        },
      }),
      sim: object("The SIM card.", { pin: secret("The SIM's PIN.") }),
      firmware: text("Firmware revision as the modem prints it (AT+CGMR); selects the model's quirks.", MAX_INPUT),
      roles: roles("Overrides of the model's roles, for a modem whose ports are laid out differently."),
      power: object(
        "The hub port that feeds it, for the rung usb-power. Only a hub that really switches each port.",
        {
          hub: matching(
            "uhubctl's location of the hub, e.g. `1-2`.",
            "^[0-9]+(-[0-9]+(\\.[0-9]+)*)?$",
            "Write uhubctl's location, e.g. `1-2`.",
          ),
          port: whole("Port number on the hub.", 1, 31),
        },
        { required: ["hub", "port"] },
      ),
      smsd: modemSettings,
    },
    { required: ["name", "model"] },
  );
}

function compositionSchema(): JsonSchema {
  return object(
    "One set of interfaces that the model can show.",
    {
      name: matching("Short name: qmi, ecm, rndis …", IDENTIFIER, "Write letters, digits and `. _ -`.", 40),
      usb: matching(
        "USB vendor and product id.",
        "^[0-9a-f]{4}:[0-9a-f]{4}$",
        "Write four hexadecimal digits, a colon, four more, all in small letters: `1e0e:9001`.",
      ),
      interfaces: map(
        "Interface signature: class pattern by interface number. Interfaces not listed may be present.",
        INTERFACE_NUMBER,
        matching(
          "`ff`, `ff/00`, `e0/01/03`; alternatives with `|`.",
          CLASS_PATTERN,
          'Write class/subclass/protocol in two-digit hexadecimal, in quotes if it is all digits: `"02/06"`.',
        ),
        { maxProperties: 32 },
      ),
      roles: roles("Which interface plays which role; AT is the one smsd talks to."),
      new_id: flag("True if the kernel's option driver does not know the id and must be told."),
      source: text("Where these facts come from.", 500),
    },
    { required: ["name", "usb", "interfaces", "roles", "source"] },
  );
}

function atSchema(): JsonSchema {
  const command = (description: string) => matching(description, "^AT[ -~]{0,96}$", "Write an AT command.", 98);
  return object(
    "The model's AT dialect.",
    {
      reset: command("Command that restarts the modem."),
      firmware: object(
        "How to learn the firmware.",
        {
          command: command("Command that prints the firmware revision."),
          pattern: text("Regular expression whose groups (up to three) are major, minor and patch.", 200),
        },
        { required: ["command", "pattern"] },
      ),
      second: matching(
        "Role of a second port that answers AT commands, for health checks while smsd holds AT.",
        ROLE_NAME,
        "Write the name of a role, e.g. `VOICE`.",
      ),
      temperature: command("Command that prints the modem's temperature in degrees Celsius."),
      push: list(
        "Commands that send the announcement of a new message to the second port.",
        command("An AT command."),
        {
          maxItems: 8,
        },
      ),
      identity: text("Regular expression that this model's answers to AT+CGMM match.", 200),
    },
    { required: ["reset", "firmware"] },
  );
}

/** `models[]`, and each row of the built-in catalogue: everything that distinguishes one kind of modem. */
export function modemModelSchema(): JsonSchema {
  const quirk = object(
    "Settings that only some firmware needs.",
    {
      firmware: text("semver range over the version that at.firmware.pattern extracts.", 100),
      smsd: modemSettings,
      why: text("Why, in one sentence.", 300),
    },
    { required: ["firmware", "smsd", "why"] },
  );
  return object(
    "A kind of modem that the catalogue lacks, in the shape of the catalogue.",
    {
      name: matching("Name that `modems[].model` refers to.", IDENTIFIER, "Write letters, digits and `. _ -`.", 40),
      title: text("What the vendor calls it.", 100),
      compositions: list("Every set of interfaces that it can show.", compositionSchema(), {
        minItems: 1,
        maxItems: 64,
      }),
      at: atSchema(),
      boot_time: duration("From appearing on the bus to a ready AT port; nothing resets it earlier."),
      smsd: modemSettings,
      quirks: list("Firmware quirks.", quirk, { maxItems: 64 }),
      source: text("Where these facts come from.", 1000),
    },
    { required: ["name", "compositions", "at", "source"] },
  );
}
