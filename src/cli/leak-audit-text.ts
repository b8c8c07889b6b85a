import { groupThousands } from "../core/group-thousands.js";
import type { AuditedScans, LitsSignature, MetadataAudit } from "../data/leakage/audit-metadata.js";
import type { TwinChance } from "../data/leakage/twin-chance.js";
import type { TwinAgreement, TwinGroup } from "../data/leakage/twins.js";
import { formatTable } from "./table.js";

/** An audit of metadata as text: what was read, twins beside chance, how far they agree, and what it all means. */
export function describeAudit(audit: MetadataAudit): string {
  const { columns, decimals, audited, signature, meaning } = audit;
  const [all] = audited;
  const read = Object.entries(columns).map(([role, column]) => `${role} = ${column}`);
  const parts = all.bySplit.map(({ split, scans }) => `${groupThousands(scans)} ${split}`).join(", ");
  return [
    `${groupThousands(all.scans)} scans${parts ? ` (${parts})` : ", one part: give --test-ids or a column split to look across parts"}. Columns: ${read.join(", ")}.`,
    "",
    `Twins: scans with the same shape and the same spacing, to ${decimals} decimals of a mm`,
    formatTable(
      ["", "scans", "groups", "in groups", "if dealt anew", "within each site"],
      audited.map(countRow),
    ),
    ...tellDraws(all),
    ...audited.flatMap(tellSplits),
    "",
    ...audited.flatMap((each) =>
      each.agreement.length === 0
        ? []
        : [`Do twins agree? Groups of ${each.which}`, agreementTable(each), ""],
    ),
    ...tellSignature(signature),
    "",
    ...meaning,
  ].join("\n");
}

/** Every group, a line each. */
export function describeTwins(twins: readonly TwinGroup[]): string {
  return twins
    .map(({ scans, shape, spacingMm, splits }) => {
      const where = splits.length > 0 ? ` (${splits.join(", ")})` : "";
      return `${scans.join(", ")}: ${shape.join(" x ")} at ${spacingMm.join(" x ")} mm${where}`;
    })
    .join("\n");
}

function countRow({ which, scans, groups, scansInGroups, chance }: AuditedScans): string[] {
  const dealt = (within: TwinChance["within"]): string => {
    const found = chance.find((each) => each.within === within);
    return found ? `${found.least} to ${found.most}` : "-";
  };
  return [
    which,
    ...[scans, groups, scansInGroups].map(groupThousands),
    dealt("the whole table"),
    dealt("each site"),
  ];
}

function tellDraws({ chance }: AuditedScans): string[] {
  if (chance.length === 0) return [];
  return [
    `Dealt anew: scans in groups when slice counts and spacings are dealt out anew over the scans, ${chance[0].draws} draws.`,
  ];
}

function tellSplits({ which, acrossSplits, bySplit, agreementAcross }: AuditedScans): string[] {
  if (acrossSplits === null) return [];
  const each = bySplit.map(
    ({ split, scans, withTwinElsewhere }) =>
      `${groupThousands(withTwinElsewhere)} of ${groupThousands(scans)} ${split} scans`,
  );
  const both = agreementAcross.find(({ fact }) => fact === "sex and age");
  const agreed = both
    ? ` Where all scans of such a group tell sex and age, both agree in ${both.agree} of ${both.known}.`
    : "";
  return [
    `Of ${which}, ${countGroups(acrossSplits)} with scans in more than one part: ${each.join(" and ")} have a twin in another part.${agreed}`,
  ];
}

function agreementTable({ agreement }: AuditedScans): string {
  const row = ({ fact, known, agree, byChance }: TwinAgreement): (string | number)[] => [
    fact,
    known,
    agree,
    Math.round(byChance),
  ];
  return formatTable(["", "known in all", "agree", "if paired at random"], agreement.map(row));
}

const countGroups = (count: number): string => `${groupThousands(count)} ${count === 1 ? "group" : "groups"}`;

function tellSignature({ scans, groups, ofIrcad }: LitsSignature): string[] {
  const first = `Spacing 1 x 1 x 1 mm, the mark of 3D-IRCADb's scans in LiTS: ${groupThousands(scans)} scans, ${countGroups(groups)} of twins.`;
  if (ofIrcad === null || ofIrcad.scans === 0) return [first];
  const across =
    ofIrcad.acrossSplits === null ? "" : `, ${ofIrcad.acrossSplits} of them in more than one part`;
  const slices = ofIrcad.slices.length > 0 ? `; slices ${ofIrcad.slices.join(" ")}` : "";
  return [
    first,
    `Of sites that name IRCAD: ${ofIrcad.scans} scans, ${countGroups(ofIrcad.groups)} of twins${across}${slices}.`,
  ];
}
