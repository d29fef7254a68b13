import type { OngoingFinding } from "../../model/finding.ts";
import type { ReceiverState } from "../../state-delivery.ts";
import { inert } from "../../views/inert.ts";
import type { DoctorFacts, HttpFact } from "../facts.ts";
import { ifSetUp } from "./set-up.ts";
import { type DoctorCheck, fault, fine, note, orFine, plural, seen, type Verdict, warning } from "./verdict.ts";

const SHOWN = 3;
const NO_AGENT = "the agent does not run, and it alone knows";

export const WORKING_CHECKS: readonly DoctorCheck[] = [
  {
    name: "gateway",
    title: "what the agent found",
    looksAt: "The agent's own findings, those that last.",
    why: "They are what it notifies of, and what it is healing.",
    advice: "`modemkeeper status -v` shows each with its evidence.",
    judge: (facts) =>
      ifSetUp(facts, () =>
        seen(facts.agent.state, (state) => {
          if (!state) return [note(`Unknown: ${NO_AGENT}.`)];
          return orFine(state.findings.flatMap(ongoing), "The agent finds nothing wrong.");
        }),
      ),
  },
  {
    name: "receivers",
    title: "receivers",
    looksAt: "Whether everybody who gets messages or notices takes them.",
    why: "What a receiver does not take waits here, and is told to nobody.",
    advice:
      "See that the address answers; `modemkeeper sms list --waiting` shows what waits, `sms retry` delivers dead letters once more.",
    judge: (facts) => ifSetUp(facts, () => judgeReceivers(facts)),
  },
  {
    name: "http",
    title: "HTTP API",
    looksAt: "Whether the agent's HTTP API answers at its address.",
    why: "The page, monitoring and scripts ask it.",
    advice:
      "See whether another program has its port (`ss -ltnp`), and what `journalctl -u modemkeeper` says; `http.listen` names the address.",
    judge: (facts) => ifSetUp(facts, () => seen(facts.agent.http, (http) => judgeHttp(http, facts))),
  },
];

function ongoing({ level, subject, sentence, fix, evidence }: OngoingFinding): readonly Verdict[] {
  const text = `${subject}: ${inert(sentence)}`;
  const shown = evidence.slice(0, SHOWN).map(inert);
  if (level === "info") return [note(text, { ...(fix === undefined ? {} : { fix: inert(fix) }), evidence: shown })];
  return [
    (level === "critical" ? fault : warning)(text, inert(fix ?? "The agent is at it: `modemkeeper status`."), shown),
  ];
}

function judgeReceivers({ agent, setup }: DoctorFacts): readonly Verdict[] {
  const { incoming, notify } = setup.wanted;
  if (incoming.sinks.length + notify.sinks.length === 0)
    return [note("The inventory names nobody who gets messages or notices.")];
  return seen(agent.state, (state) => {
    if (!state) return [note(`Unknown: ${NO_AGENT}.`)];
    const { incoming: messages, notices } = state.deliveries;
    const findings = [...(messages?.sinks ?? []), ...(notices?.sinks ?? [])].flatMap(failing);
    const dead = messages?.deadLetters ?? 0;
    const letters =
      dead > 0
        ? [
            warning(
              `${plural(dead, "message")} could not be delivered (dead letters).`,
              "`modemkeeper sms list --dead` says why; `modemkeeper sms retry` delivers them once more.",
            ),
          ]
        : [];
    return orFine([...findings, ...letters], "Every receiver takes what it gets.");
  });
}

function failing({ name, type, waiting, failing: trouble }: ReceiverState): readonly Verdict[] {
  if (!trouble) return [];
  const sentence = `${inert(name)} (${inert(type)}) takes nothing since ${trouble.since}; ${waiting} wait for it.`;
  return [fault(sentence, "See that its address answers from this machine.", [inert(trouble.detail).slice(0, 200)])];
}

function judgeHttp(http: HttpFact | undefined, { setup }: DoctorFacts): readonly Verdict[] {
  if (!setup.wanted.http.enabled) return fine("The HTTP API is switched off in the inventory.");
  if (!http) return [note(`Not asked: ${NO_AGENT}.`)];
  if (http.status === 200) return fine(`${inert(http.url)} answers.`);
  const isCertificate = /certificate|self.signed|altname/i.test(http.error ?? "");
  if (isCertificate) return [note(`${inert(http.url)} answers with a certificate that is not for this address.`)];
  const how =
    http.status === undefined ? `does not answer: ${inert(http.error ?? "").slice(0, 120)}` : `answers ${http.status}`;
  return [fault(`${inert(http.url)} ${how}.`, "`ss -ltnp` shows who has its port; `journalctl -u modemkeeper -n 50`.")];
}
