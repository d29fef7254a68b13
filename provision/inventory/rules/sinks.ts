import type { KeyPath } from "../key-path.ts";
import { quote } from "../quote.ts";
import type { RawSink } from "../raw.ts";
import { problem, type Rule, type RuleContext } from "./context.ts";

interface Place {
  readonly sink: RawSink;
  readonly path: KeyPath;
}

function sinks({ raw }: RuleContext): readonly Place[] {
  return (["incoming", "notify"] as const).flatMap((section) =>
    (raw[section]?.sinks ?? []).map((sink, index) => ({ sink, path: [section, "sinks", index] })),
  );
}

export const sinkNames: Rule = (context) =>
  (["incoming", "notify"] as const).flatMap((section) =>
    (context.raw[section]?.sinks ?? []).flatMap(({ name }, index, all) =>
      all.findIndex((other) => other.name === name) === index
        ? []
        : [
            problem(
              "duplicate-sink",
              context.at([section, "sinks", index, "name"]),
              `Two receivers of \`${section}\` are called ${quote(name)}.`,
              "What was delivered to whom is remembered by name; one would get nothing.",
              "Give each a name of its own.",
            ),
          ],
    ),
  );

const LOOPBACK_URL = /^(https?|mqtts?):\/\/(127(\.\d{1,3}){3}|\[::1\]|localhost)([:/?]|$)/i;

export const sinkUrls: Rule = (context) =>
  sinks(context).flatMap(({ sink, path }) => {
    const { url } = sink;
    if (typeof url !== "string") return [];
    const place = context.at([...path, "url"]);
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined || parsed.hostname === "") {
      return [
        problem(
          "bad-url",
          place,
          `${quote(url)} is no URL.`,
          "Nothing could ever be delivered there.",
          "Write scheme, host and path: `https://host/path`.",
        ),
      ];
    }
    if (parsed.username !== "" || parsed.password !== "") {
      return [
        {
          ...problem(
            "secret-in-url",
            place,
            "This URL holds a user name or password.",
            "The inventory is shown in plans and logs; secrets are only named in it.",
            "Remove it from the URL and use `token`, or `username` and `password: { file: … }`.",
          ),
          secret: true,
        },
      ];
    }
    const plain = parsed.protocol === "http:" && sink.allow_plain_http !== true && !LOOPBACK_URL.test(url);
    if (!plain) return [];
    return [
      problem(
        "plain-url",
        place,
        `${quote(url)} is not encrypted.`,
        "Texts and numbers of messages would cross the network in clear.",
        "Use https://, or write `allow_plain_http: true` if the way is safe (a VPN).",
      ),
    ];
  });

export const sinkCommands: Rule = (context) =>
  sinks(context).flatMap(({ sink, path }) => {
    const program = Array.isArray(sink.command) ? String(sink.command[0]) : undefined;
    if (program === undefined || program.startsWith("/")) return [];
    return [
      problem(
        "relative-command",
        context.at([...path, "command", 0]),
        `${quote(program)} is no absolute path.`,
        "A service has no working folder and hardly any PATH; what would be started is a guess.",
        "Write the program's whole path.",
      ),
    ];
  });

export const sinkModems: Rule = (context) =>
  sinks(context).flatMap(({ sink, path }) => {
    const { modem } = sink;
    if (typeof modem !== "string" || context.declared.modems.has(modem)) return [];
    return [
      problem(
        "unknown-modem",
        context.at([...path, "modem"]),
        `There is no modem ${quote(modem)}.`,
        "The notice could not be sent.",
        `Use one of: ${context.raw.modems.map(({ name }) => name).join(", ")}.`,
      ),
    ];
  });

export const sinkCertificates: Rule = (context) =>
  sinks(context).flatMap(({ sink, path }) => {
    const tls = (sink.tls ?? {}) as Readonly<Record<string, unknown>>;
    if ((tls.certificate === undefined) === (tls.key === undefined)) return [];
    return [
      problem(
        "half-certificate",
        context.at([...path, "tls"], "key"),
        "A client certificate needs both `certificate` and `key`.",
        "With one of them no connection can be made.",
        "Add the other one.",
      ),
    ];
  });

/** Headers that carry secrets, or that are ours to set. */
const OWN_HEADERS = /^(authorization|cookie|host|content-type|content-length|webhook-.*)$/i;

export const sinkHeaders: Rule = (context) =>
  sinks(context).flatMap(({ sink, path }) =>
    Object.keys(sink.headers ?? {}).flatMap((name) =>
      OWN_HEADERS.test(name)
        ? [
            {
              ...problem(
                "owned-header",
                context.at([...path, "headers", name]),
                `The header ${quote(name)} may not be set here.`,
                "It is set by the request itself, or its value would be a secret in clear.",
                "Use `token: { file: … }` for a bearer token; remove the others.",
              ),
              secret: true,
            },
          ]
        : [],
    ),
  );
