import { quote } from "../quote.ts";
import { RUNGS } from "../schema/sections.ts";
import { problem, type Rule, remark } from "./context.ts";

const LOOPBACK = /^(127(\.\d{1,3}){3}|\[::1\]|localhost):/;

export const httpAddress: Rule = ({ inventory: { http }, at }) => {
  const place = at(["http", "listen"]);
  const port = Number(/:(\d+)$/.exec(http.listen)?.[1]);
  const host = http.listen.replace(/:\d+$/, "");
  const found = [];
  const octets = /^[\d.]+$/.test(host) ? host.split(".").map(Number) : [];
  if (port < 1 || port > 65_535 || octets.some((octet) => octet > 255)) {
    found.push(
      problem(
        "bad-listen-address",
        place,
        `${quote(http.listen)} is no address that can be listened on.`,
        "The status page would be unreachable.",
        "Write a port from 1 to 65535 after a valid address, e.g. `127.0.0.1:8070`.",
      ),
    );
  }
  if (!http.enabled || LOOPBACK.test(http.listen)) return found;
  if (http.token === undefined) {
    found.push(
      problem(
        "open-http",
        place,
        `${quote(http.listen)} can be reached from other machines, and there is no \`http.token\`.`,
        "Anybody on the network could reset the modem or send messages.",
        "Add `token: { file: http.token }`, or listen on 127.0.0.1.",
      ),
    );
  } else if (http.tls === undefined) {
    found.push(
      remark(
        "plain-http",
        place,
        `${quote(http.listen)} can be reached from other machines without TLS.`,
        "The token crosses the network in clear.",
        "Add `http.tls`, or listen on the address of a VPN.",
      ),
    );
  }
  return found;
};

export const powerRung: Rule = ({ raw, at }) => {
  const index = raw.watchdog?.rungs?.indexOf("usb-power") ?? -1;
  if (index < 0) return [];
  const without = raw.modems.filter(({ power }) => power === undefined).map(({ name }) => name);
  if (without.length === 0) return [];
  return [
    problem(
      "power-unknown",
      at(["watchdog", "rungs", index]),
      `The rung usb-power cannot act on ${without.join(", ")}: no \`power\` is given.`,
      "On many boards the ports are switched together or not at all; guessing the hub cuts off something else.",
      "Find hub and port with `uhubctl`, test it by hand, and write `power: { hub: …, port: … }` at each modem.",
    ),
  ];
};

export const rungOrder: Rule = ({ raw, at }) => {
  const rungs = raw.watchdog?.rungs ?? [];
  const order = rungs.map((rung) => (RUNGS as readonly string[]).indexOf(rung));
  const index = order.findIndex((place, at) => at > 0 && place < (order[at - 1] ?? 0));
  if (index < 0) return [];
  return [
    remark(
      "rung-order",
      at(["watchdog", "rungs", index]),
      `The rung ${quote(rungs[index])} stands after a harsher one.`,
      "Rungs are tried in this order; the mildest that helps should be first.",
      `The usual order is: ${RUNGS.join(", ")}.`,
    ),
  ];
};

export const rootDaemon: Rule = ({ inventory, at }) =>
  inventory.smsd.user === "root"
    ? [
        problem(
          "smsd-as-root",
          at(["smsd", "user"]),
          "smsd would run as root.",
          "It gives file names to a shell unquoted, and reads any file that a message names.",
          "Use an account of its own, e.g. `smsd`.",
        ),
      ]
    : [];
