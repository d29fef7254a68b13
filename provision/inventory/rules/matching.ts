import type { Modem } from "../../../core/model/inventory.ts";
import { quote } from "../quote.ts";
import { problem, type Rule, remark } from "./context.ts";

/** Serial numbers are all alike, so two modems with a common USB id can only be told apart by their ports. */
export const alikeNeedPort: Rule = ({ raw, models, at }) =>
  raw.modems.flatMap((modem, index) => {
    const ids = usbIds(models.get(modem.model));
    const alike = raw.modems.filter(
      (other) => other !== modem && usbIds(models.get(other.model)).some((id) => ids.includes(id)),
    );
    const [first] = alike;
    if (first === undefined || modem.match?.port !== undefined) return [];
    return [
      problem(
        "alike-need-port",
        at(["modems", index, "name"]),
        `${quote(modem.name)} and ${quote(first.name)} can show the same USB id, and ${quote(modem.name)} has no \`match.port\`.`,
        "Modems of a kind have the same serial number; only the port they are plugged into tells them apart.",
        "Run `provision init` with both plugged in: it prints `match: { port: … }` for each.",
      ),
    ];
  });

function usbIds(model: Modem["model"] | undefined): readonly string[] {
  return model?.compositions.map(({ usb }) => usb) ?? [];
}

export const distinctPorts: Rule = ({ raw, at }) =>
  repeated(raw.modems.map(({ match }) => match?.port)).map(({ index, value }) =>
    problem(
      "duplicate-port",
      at(["modems", index, "match", "port"]),
      `The port ${quote(value)} is given to two modems.`,
      "One modem would get the links of both.",
      "Correct one of them; `provision init` prints what is where.",
    ),
  );

export const distinctImeis: Rule = ({ raw, at }) =>
  repeated(raw.modems.map(({ match }) => match?.imei)).map(({ index, value }) =>
    problem(
      "duplicate-imei",
      at(["modems", index, "match", "imei"]),
      `The IMEI ${quote(value)} is given to two modems.`,
      "An IMEI belongs to one device.",
      "Correct one of them; `AT+CGSN` prints it.",
    ),
  );

function repeated(values: readonly (string | undefined)[]) {
  return values.flatMap((value, index) =>
    value !== undefined && values.indexOf(value) < index ? [{ value, index }] : [],
  );
}

/** An override may name an interface that no composition lists, but hardly ever means to. */
export const overriddenRoles: Rule = ({ raw, models, at }) =>
  raw.modems.flatMap((modem, index) => {
    const compositions = models.get(modem.model)?.compositions ?? [];
    return Object.entries(modem.roles ?? {}).flatMap(([role, where]) => {
      if (typeof where !== "number" || compositions.length === 0) return [];
      if (compositions.some(({ interfaces }) => interfaces[where] !== undefined)) return [];
      return [
        remark(
          "role-beyond-model",
          at(["modems", index, "roles", role]),
          `The role ${role} of ${quote(modem.name)} is interface ${where}, which no composition of ${modem.model} lists.`,
          "If the modem has no such interface, the link will never appear.",
          "Check it with `provision init`, which prints the interfaces on the bus.",
        ),
      ];
    });
  });

/** Two links to one port invite two programs to open it. */
export const distinctRoles: Rule = ({ raw, at }) =>
  raw.modems.flatMap((modem, index) => {
    const roles = Object.entries(modem.roles ?? {});
    return roles.flatMap(([role, where], position) => {
      const earlier = roles.slice(0, position).find(([, other]) => other === where);
      if (earlier === undefined) return [];
      return [
        problem(
          "duplicate-role",
          at(["modems", index, "roles", role]),
          `The roles ${earlier[0]} and ${role} of ${quote(modem.name)} are the same interface.`,
          "Two programs would open one port and steal each other's answers.",
          "Give each role an interface of its own.",
        ),
      ];
    });
  });
