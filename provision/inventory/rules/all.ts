import { riskySettings } from "./advice.ts";
import type { Rule } from "./context.ts";
import { firmwarePatterns, firmwareUnderstood, quirkRanges } from "./firmware.ts";
import { distinctFolders, filesOutsideSpool, lastingFolders, ownFolders, separateFolders } from "./folders.ts";
import { alikeNeedPort, distinctImeis, distinctPorts, distinctRoles, overriddenRoles } from "./matching.ts";
import { atRole, knownModel, modelNames, rolesListed, secondRole, separableCompositions } from "./models.ts";
import { modemCount, reservedNames, separableNames, uniqueNames } from "./names.ts";
import { httpAddress, powerRung, rootDaemon, rungOrder } from "./services.ts";
import { carriedValues, extraNames, settingRanges } from "./settings.ts";
import { sinkCertificates, sinkCommands, sinkHeaders, sinkModems, sinkNames, sinkUrls } from "./sinks.ts";
import { adminDevice, callDetection, privilegedNumbers } from "./smsd-start.ts";
import { takenMessages } from "./taken-messages.ts";
import { manualStopOrder, sensibleTimes } from "./times.ts";

/** Every named rule. Their order does not matter: findings are sorted by place. */
export const RULES: readonly Rule[] = [
  uniqueNames,
  reservedNames,
  separableNames,
  modemCount,
  knownModel,
  modelNames,
  atRole,
  rolesListed,
  secondRole,
  separableCompositions,
  quirkRanges,
  firmwarePatterns,
  firmwareUnderstood,
  alikeNeedPort,
  distinctPorts,
  distinctImeis,
  overriddenRoles,
  distinctRoles,
  distinctFolders,
  separateFolders,
  ownFolders,
  lastingFolders,
  filesOutsideSpool,
  carriedValues,
  settingRanges,
  extraNames,
  adminDevice,
  callDetection,
  privilegedNumbers,
  sensibleTimes,
  manualStopOrder,
  httpAddress,
  powerRung,
  rungOrder,
  rootDaemon,
  sinkNames,
  sinkUrls,
  sinkCommands,
  sinkModems,
  sinkCertificates,
  sinkHeaders,
  takenMessages,
  riskySettings,
];
