import assert from "node:assert/strict";
import { LabError } from "tumorlab/internal/core/errors";
import { compileJsonSchema, nameField, requireSchema } from "tumorlab/internal/core/json-schema";
import { closedObject, type JsonSchema, listOf, tripleOf, wholeNumber } from "tumorlab/internal/core/schema";
import { describeSchema } from "tumorlab/internal/core/schema-words";

const schema = closedObject(
  {
    name: { type: "string", minLength: 1 },
    scale: { enum: ["tiny", "small"] },
    shape: tripleOf(wholeNumber(8, 64), "three whole numbers from 8 to 64"),
    organs: listOf(
      closedObject({ organ: { type: "string" }, share: { type: "number", exclusiveMaximum: 1 } }),
      1,
    ),
  },
  ["scale"],
);
const sound = { name: "a", shape: [8, 8, 8], organs: [{ organ: "liver", share: 0 }] };

describe("requireSchema", () => {
  const check = compileJsonSchema(schema);

  it("gives back what conforms", () => assert.equal(requireSchema(check, sound, "plan"), sound));

  const refused: [string, unknown, string][] = [
    ["another kind of thing", [], "plan: found [], expected an object with name, scale, shape, organs"],
    [
      "a field left out",
      { ...sound, name: undefined },
      "name: found undefined, expected a text that is not empty",
    ],
    [
      "a field nobody knows",
      { ...sound, organs: [{ ...sound.organs[0], size: 1 }] },
      'organs[0]: found "size", expected fields among organ, share',
    ],
    [
      "a value that is none of the known",
      { ...sound, scale: "huge" },
      'scale: found "huge", expected one of tiny, small',
    ],
    [
      "a number out of a triple, which is told whole",
      { ...sound, shape: [8, 8, 7.5] },
      "shape: found [8, 8, 7.5], expected three whole numbers from 8 to 64",
    ],
    [
      "a number in a list, by its place",
      { ...sound, organs: [{ organ: "liver", share: 1 }] },
      "organs[0].share: found 1, expected a number below 1",
    ],
    [
      "a NaN",
      { ...sound, organs: [{ organ: "liver", share: NaN }] },
      "organs[0].share: found NaN, expected a number below 1",
    ],
    [
      "an empty list",
      { ...sound, organs: [] },
      "organs: found [], expected a list of at least 1, each an object with organ, share",
    ],
  ];
  for (const [what, document, message] of refused)
    it(`refuses ${what}`, () =>
      assert.throws(
        () => requireSchema(check, document, "plan"),
        (error) => error instanceof LabError && assert.equal(error.message, message) === undefined,
      ));
});

it("a pointer is written as code writes it", () => {
  assert.equal(nameField(""), "");
  assert.equal(nameField("/organs/0/sizes/12"), "organs[0].sizes[12]");
  assert.equal(nameField("/rows/0/a~1b~0c"), "rows[0].a/b~c");
});

describe("describeSchema", () => {
  const words: [JsonSchema, string | undefined][] = [
    [{ type: "integer", minimum: 1, maximum: 9 }, "a whole number from 1 to 9"],
    [wholeNumber(1), "a whole number from 1"],
    [{ type: "number", exclusiveMinimum: 0 }, "a number above 0"],
    [{ type: "number", exclusiveMinimum: 0, maximum: 50 }, "a number above 0, at most 50"],
    [{ type: "number", minimum: 0, exclusiveMaximum: 1 }, "a number from 0 to below 1"],
    [{ type: "number", maximum: 5 }, "a number at most 5"],
    [{ const: 1 }, "1"],
    [{ const: "a" }, '"a"'],
    [{ type: ["string", "null"], maxLength: 5 }, "a text of at most 5 characters or null"],
    [listOf({ type: "boolean" }, 2, 2), "a list of 2, each true or false"],
    [listOf(wholeNumber(0, 9), 1, 64), "a list of 1 to 64, each a whole number from 0 to 9"],
    [{}, undefined],
  ];
  for (const [own, expected] of words)
    it(`says ${expected ?? "nothing of a schema that asks for nothing"}`, () =>
      assert.equal(describeSchema(own), expected));
});
