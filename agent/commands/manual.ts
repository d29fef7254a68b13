import type { Manual } from "../../provision/commands/manual.ts";

/** What is said of `modemkeeper`'s commands beyond one line, by path. */
export const MODEMKEEPER_MANUAL: Manual = {
  "": {
    text: [
      "Durations are a number and s, m, h or d: 90s, 30m, 2h, 1d. What changes something needs root; so does what shows messages.",
    ],
    examples: [
      { command: "modemkeeper status", what: "how it stands, the verdict first" },
      { command: "modemkeeper events --since 2h", what: "what happened, and what was done about it" },
      { command: "sudo modemkeeper sms send +491701234567 'It works'", what: "send a message" },
    ],
  },
  agent: {
    text: ["Not for typing: modemkeeper.service runs it, and systemd starts it anew when it ends or hangs."],
  },
  status: {
    text: [
      "Answers from what the agent saw last; without an agent that runs, it looks for itself. Nothing is asked of a modem.",
    ],
    examples: [
      { command: "modemkeeper status -v", what: "with the evidence of each finding" },
      { command: "modemkeeper status --quiet || echo 'look at the gateway'", what: "in a script" },
    ],
  },
  events: {
    examples: [
      { command: "modemkeeper events --follow", what: "watch, until Ctrl-C" },
      { command: "modemkeeper events --since 7d --json", what: "for programs, one object a line" },
    ],
  },
  doctor: {
    text: [
      "Looks at the machine, USB, other programs, what is left over, what is installed and what works, before anything is installed and after. It changes nothing and talks to no modem. What cannot be seen, for want of root or since it is not there, is said to be unknown.",
    ],
    examples: [
      { command: "sudo modemkeeper doctor", what: "everything, findings with why and what to do" },
      { command: "sudo modemkeeper doctor usb-power sim", what: "some checks" },
      { command: "sudo modemkeeper doctor --strict --json", what: "for programs; warnings fail, too" },
    ],
  },
  "support-bundle": {
    text: [
      "Phone numbers, texts, PINs, tokens, IMEI, IMSI and ICCID are masked in every file of it; names of the host, of users and of files stay, as do private addresses. What is in it is printed, and stands in its MANIFEST together with what could not be had.",
    ],
    examples: [
      { command: "sudo modemkeeper support-bundle", what: "into the folder in which you are" },
      { command: "sudo modemkeeper support-bundle --list", what: "what would be in it; nothing is written" },
    ],
  },
  "smsd stop": {
    text: [
      "Writes the manual stop flag first, so that neither the agent nor anybody else starts smsd meanwhile. When the time is over the agent starts smsd again and says so.",
    ],
    examples: [
      { command: "sudo modemkeeper smsd stop --for 30m --reason 'SIM is changed'", what: "while you work on it" },
    ],
  },
  "smsd start": {
    text: ["Clears the manual stop flag. smsd is not started after a refused PIN or on a full disk: it says so then."],
  },
  "modem at": {
    text: [
      "Goes by the modem's second AT port, so that smsd is not disturbed; where there is none, smsd is asked to let go of the modem for a moment. A command that may do harm is refused without --force.",
    ],
    examples: [
      { command: "sudo modemkeeper modem at SIM7600 AT+CSQ", what: "signal quality" },
      { command: "sudo modemkeeper modem at SIM7600 'AT+COPS?' --timeout 30s", what: "the operator" },
    ],
  },
  "modem reset": {
    text: [
      "Without --rung the modem's own reset command is tried, then a USB reset. usb-power needs `power` in the inventory, for it may cut off other devices, too.",
    ],
    examples: [
      { command: "sudo modemkeeper modem reset SIM7600", what: "the gentle way first" },
      { command: "sudo modemkeeper modem reset SIM7600 --rung usb-authorize", what: "as if it were replugged" },
    ],
  },
  "links repair": {
    text: ["The agent does this by itself; the command is for a machine whose agent does not run."],
  },
  "sms send": {
    text: [
      "A text that does not fit one message is sent in parts. Without --no-wait the exit code says whether the network took it.",
    ],
    examples: [
      { command: "sudo modemkeeper sms send +491701234567 'Pump 3 is dry'", what: "and wait until it is sent" },
      { command: "uptime | sudo modemkeeper sms send +491701234567", what: "the text from another program" },
      { command: "sudo modemkeeper sms send 22000 STOP --no-wait", what: "to a short code, without waiting" },
    ],
  },
  "sms list": {
    examples: [
      { command: "sudo modemkeeper sms list --dead", what: "what nobody took, and why" },
      { command: "sudo modemkeeper sms list --waiting --json", what: "for programs" },
    ],
  },
  "sms show": {
    examples: [{ command: "sudo modemkeeper sms show 4f3a", what: "the only one whose id begins so" }],
  },
  "sms retry": {
    examples: [
      { command: "sudo modemkeeper sms retry 4f3a", what: "one dead letter" },
      { command: "sudo modemkeeper sms retry --all", what: "all of them, the eldest first" },
    ],
  },
  lock: {
    text: [
      "Takes the lock that the agent and its commands take before they talk to a modem. It is a flock on `access_lock.file`, /var/lock/modem_access.lock by default, so scripts may take it themselves.",
    ],
    examples: [
      { command: "sudo modemkeeper lock -- ./check-modem.sh", what: "while nobody else talks to a modem" },
      { command: "sudo modemkeeper lock --wait 0s -- minicom -D /dev/ttyUSB_SIM7600_VOICE", what: "now or not at all" },
    ],
  },
  completion: {
    text: ["bootstrap.sh installs these scripts for all users."],
    examples: [{ command: "source <(modemkeeper completion bash)", what: "in this shell only" }],
  },
};
